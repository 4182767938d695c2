import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { expectVersion } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { defaultRules, type MotionRules } from './rules';
import type { AmendMotionSettingsBody, MotionSettingsView, SpeedLimitView } from './setting.dto';

const byAccount = statement<{ said: Partial<MotionRules>; updated_at: Date; version: number }>('select said, updated_at, version from telemetry_engine.motion_setting where account_id = $1');

/** Thresholds of an account. They count for what is read from now on; what was found before stays until its samples are read again. */
@Injectable()
export class MotionSettings {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
  ) {}

  async of(tx: ReadTx): Promise<MotionRules> {
    return { ...defaultRules, ...(await tx.one(byAccount, [tx.accountId]))?.said };
  }

  get(actor: Actor): Promise<MotionSettingsView> {
    return this.db.read(actor, (tx) => this.view(tx));
  }

  amend(actor: Actor, body: AmendMotionSettingsBody, version: number | undefined): Promise<MotionSettingsView> {
    return this.db.write(actor, async (tx) => {
      await tx.sql('select 1 from telemetry_engine.motion_setting where account_id = $1 for update', [tx.accountId]);
      const before = await this.view(tx);
      expectVersion(before.version, version);
      const said = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      await tx.sql(
        `insert into telemetry_engine.motion_setting as m (account_id, said, updated_at, version) values ($1, $2, $3, 2)
         on conflict (account_id) do update set said = m.said || excluded.said, updated_at = excluded.updated_at, version = m.version + 1`,
        [tx.accountId, JSON.stringify(said), this.clock.now()],
      );
      await record(tx, { action: 'telemetry_engine.motion_setting.amended', subject: { type: 'account', id: tx.accountId }, data: said });
      return this.view(tx);
    });
  }

  speedLimit(actor: Actor, vehicleId: string): Promise<SpeedLimitView> {
    return this.db.read(actor, (tx) => this.limitOf(tx, vehicleId));
  }

  limit(actor: Actor, vehicleId: string, kmh: number | null): Promise<SpeedLimitView> {
    return this.db.write(actor, async (tx) => {
      const { id } = await this.vehicles.require(tx, vehicleId);
      if (kmh === null) await tx.sql('delete from telemetry_engine.speed_limit where vehicle_id = $1', [id]);
      else {
        await tx.sql(
          `insert into telemetry_engine.speed_limit (vehicle_id, account_id, limit_kmh, updated_at) values ($1, $2, $3, $4)
           on conflict (vehicle_id) do update set limit_kmh = excluded.limit_kmh, updated_at = excluded.updated_at`,
          [id, tx.accountId, kmh, this.clock.now()],
        );
      }
      await record(tx, { action: 'telemetry_engine.speed_limit.set', subject: { type: 'vehicle', id }, data: { limit_kmh: kmh } });
      return this.limitOf(tx, id);
    });
  }

  private async limitOf(tx: ReadTx, vehicleId: string): Promise<SpeedLimitView> {
    const { id } = await this.vehicles.require(tx, vehicleId);
    const own = await tx.one<{ limit_kmh: number }>('select limit_kmh from telemetry_engine.speed_limit where vehicle_id = $1', [id]);
    return { limit_kmh: own?.limit_kmh ?? (await this.of(tx)).overspeed_kmh, own_kmh: own?.limit_kmh ?? null };
  }

  private async view(tx: ReadTx): Promise<MotionSettingsView> {
    const row = await tx.one(byAccount, [tx.accountId]);
    return { ...defaultRules, ...row?.said, updated_at: row?.updated_at ?? null, version: row?.version ?? 1 };
  }
}
