import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { keepDays } from '../pipeline/limits';
import { bodyOf, type Found } from './found';
import { movedVehicles, writeChanges, type MovedVehicle } from './motion-store';
import type { Kept } from './reconcile';
import { MotionSettings } from './setting.service';
import { tellWritten } from './tell';

const batch = 500;

interface Silent {
  vehicle_no: number;
  at_ms: number;
  lat: number | null;
  lon: number | null;
}

/** Tells of devices that used to talk and have fallen silent, once each, and when they talk again. */
@Injectable()
export class SilentDevices {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly settings: MotionSettings,
  ) {}

  async look(signal?: AbortSignal): Promise<number> {
    const accounts = await this.db.systemRead('telemetry_engine.silent_devices', (tx) => tx.sql<{ id: string }>('select distinct account_id as id from telemetry_engine.last_position order by 1'));
    let told = 0;
    for (const { id } of accounts) {
      for (let more = batch; more === batch && !signal?.aborted; told += more) {
        more = await this.db.write(systemActor(id, 'telemetry_engine.silent_devices'), async (tx) => {
          tx.withoutAudit('derived from samples, which are the record');
          return (await this.fallen(tx)) + (await this.back(tx));
        });
      }
    }
    return told;
  }

  private async fallen(tx: Tx): Promise<number> {
    const { silent_after_minutes } = await this.settings.of(tx);
    const now = this.clock.now().getTime();
    const silent = await tx.sql<Silent>(
      `select l.vehicle_no, round(date_part('epoch', l.at) * 1000) as at_ms, l.lat, l.lon
         from telemetry_engine.last_position l join transport_registry.vehicle v on v.vehicle_no = l.vehicle_no
        where l.at < $1 and l.at > $2 and v.status not in ('retired', 'in_repair')
          and not exists (select from telemetry_engine.detection d where d.vehicle_no = l.vehicle_no and d.kind = 'device_silent' and d.to_at is null)
        order by l.vehicle_no limit ${batch / 2} for update of l skip locked`,
      [new Date(now - silent_after_minutes * 60_000), new Date(now - keepDays * 86_400_000)],
    );
    const vehicles = new Map((await movedVehicles(tx, silent.map((s) => s.vehicle_no))).map((v) => [v.vehicle_no, v]));
    for (const { vehicle_no, at_ms, lat, lon } of silent) {
      const vehicle = vehicles.get(vehicle_no) as MovedVehicle;
      const place = lat === null || lon === null ? undefined : { lat, lon };
      const body = bodyOf({ place, value: null, limit: silent_after_minutes, unit: 'min', details: {}, evidence: [{ at_ms, ...place }] });
      const found: Found = { kind: 'device_silent', subject: '', from_ms: at_ms, to_ms: undefined, decided_ms: Infinity, body };
      await tellWritten(tx, await writeChanges(tx, [{ vehicle, changes: { insert: [found], update: [], withdraw: [] } }]));
    }
    return silent.length;
  }

  private async back(tx: Tx): Promise<number> {
    const ended = await tx.sql<Kept & { vehicle_no: number; back_ms: number }>(
      `select d.id, d.kind, d.subject, d.vehicle_no, round(date_part('epoch', d.from_at) * 1000) as from_ms, d.revision, d.told_revision, d.body, round(date_part('epoch', s.at) * 1000) as back_ms
         from telemetry_engine.detection d
         join telemetry_engine.last_position l on l.vehicle_no = d.vehicle_no and l.at > d.from_at
        cross join lateral (select i.at from telemetry_engine.sample i where i.vehicle_no = d.vehicle_no and i.at > d.from_at order by i.at limit 1) s
        where d.account_id = $1 and d.kind = 'device_silent' and d.to_at is null limit ${batch / 2} for update of d skip locked`,
      [tx.accountId],
    );
    const vehicles = new Map((await movedVehicles(tx, ended.map((e) => e.vehicle_no))).map((v) => [v.vehicle_no, v]));
    for (const row of ended) {
      const vehicle = vehicles.get(row.vehicle_no) as MovedVehicle;
      const minutes = Math.round((row.back_ms - row.from_ms) / 60_000);
      const found: Found = { kind: 'device_silent', subject: '', from_ms: row.from_ms, to_ms: row.back_ms, decided_ms: row.back_ms, body: { ...row.body, value: minutes } };
      await tellWritten(tx, await writeChanges(tx, [{ vehicle, changes: { insert: [], update: [{ kept: row, found, anew: true }], withdraw: [] } }]));
    }
    return ended.length;
  }
}
