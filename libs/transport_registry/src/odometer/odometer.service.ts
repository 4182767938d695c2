import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import type { ReadTx, Tx } from '@fleet/platform/database';
import { invalid, listPage, notFound, rule, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { faultWords, odometerFault, type Neighbours } from '../rules/odometer';
import type { OdometerReadingView } from './odometer.dto';

export type OdometerSource = 'manual' | 'telemetry' | 'fuel' | 'service' | 'handover' | 'import';

export interface NewReading {
  odometer_km: number;
  at: Date;
  source: OdometerSource;
  /** What the source calls it; the same reading sent twice is kept once. */
  source_ref?: string;
  /** The caller asks somebody about distances no vehicle drives, instead of refusing them. */
  jump_is_asked_about?: true;
}

/** A valid reading beside a moment. */
export interface ReadingBeside {
  id: string;
  odometer_km: number;
  at: Date;
  source: OdometerSource;
  /** The first of its vehicle, said when it was onboarded. */
  first: boolean;
}

type Row = OdometerReadingView & { account_id: string; vehicle_id: string };
interface Beside {
  odometer_km: string;
  at: Date;
}

/** People are told at once that a reading cannot be; machines are not, so theirs is kept and voided with the reason. */
const fromPeople: readonly OdometerSource[] = ['manual', 'fuel', 'service', 'handover'];

/** One series of readings per vehicle from every source. Nothing is edited: a wrong reading is voided and stays visible. */
@Injectable()
export class OdometerService {
  constructor(private readonly clock: Clock) {}

  async append(tx: Tx, vehicleId: string, reading: NewReading): Promise<Row> {
    const now = this.clock.now();
    if (reading.at.getTime() > now.getTime() + 60_000) throw invalid('ODOMETER_IN_FUTURE', 'The reading lies in the future.');
    // Readings of one vehicle take their turn, or two could each fit without the other.
    await tx.sql('select 1 from transport_registry.vehicle where id = $1 for update', [vehicleId]);
    const known = reading.source_ref
      ? await tx.one<Row>('select * from transport_registry.odometer_reading where vehicle_id = $1 and source = $2 and source_ref = $3', [vehicleId, reading.source, reading.source_ref])
      : undefined;
    if (known) return known;
    const neighbours = await this.neighbours(tx, vehicleId, reading.at);
    const found = odometerFault(reading, neighbours);
    const fault = found === 'impossible_distance' && reading.jump_is_asked_about ? undefined : found;
    if (fault && fromPeople.includes(reading.source)) {
      throw rule(fault === 'rollback' ? 'ODOMETER_ROLLBACK' : 'ODOMETER_OUT_OF_LINE', `${faultWords[fault]} Check the dashboard, or void the wrong reading.`, { facts: { reading_km: reading.odometer_km, ...neighbours } });
    }
    const [row] = await tx.sql<Row>(
      `insert into transport_registry.odometer_reading (id, account_id, vehicle_id, at, odometer_km, source, source_ref, recorded_by, recorded_at, voided_at, void_reason)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
      [randomUUID(), tx.accountId, vehicleId, reading.at, reading.odometer_km, reading.source, reading.source_ref ?? null, tx.actor.id, now, fault ? now : null, fault ? faultWords[fault] : null],
    );
    await this.refreshVehicle(tx, vehicleId);
    return row as Row;
  }

  /** Many readings that are known to fit, for those who write a past in bulk. Answers their ids in the same order. */
  async appendKnown(tx: Tx, readings: readonly (NewReading & { vehicle_id: string })[]): Promise<string[]> {
    const ids = readings.map(() => randomUUID());
    const column = <K extends keyof (typeof readings)[number]>(name: K): unknown[] => readings.map((r) => r[name] ?? null);
    await tx.sql(
      `insert into transport_registry.odometer_reading (id, account_id, vehicle_id, at, odometer_km, source, source_ref, recorded_by, recorded_at)
       select r.id, $1, r.vehicle_id, r.at, r.odometer_km, r.source, r.source_ref, $2, r.at from unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::numeric[], $7::text[], $8::text[]) as r(id, vehicle_id, at, odometer_km, source, source_ref)`,
      [tx.accountId, tx.actor.id, ids, column('vehicle_id'), column('at'), column('odometer_km'), column('source'), column('source_ref')],
    );
    for (const vehicleId of new Set(readings.map((r) => r.vehicle_id))) await this.refreshVehicle(tx, vehicleId);
    return ids;
  }

  /** What people and feeds read before and after this moment, for a caller who judges first. The series waits for that unit of work. */
  async around(tx: Tx, vehicleId: string, at: Date): Promise<{ before?: ReadingBeside | undefined; after?: ReadingBeside | undefined }> {
    await tx.sql('select 1 from transport_registry.vehicle where id = $1 for update', [vehicleId]);
    const beside = `
      select r.id, r.odometer_km::float8 as odometer_km, r.at, r.source,
             r.source in ('manual', 'import') and not exists (select 1 from transport_registry.odometer_reading e where e.vehicle_id = r.vehicle_id and e.voided_at is null and e.at < r.at) as first
        from transport_registry.odometer_reading r where r.vehicle_id = $1 and r.voided_at is null and r.source <> 'telemetry'`;
    const before = await tx.one<ReadingBeside>(`${beside} and r.at <= $2 order by r.at desc, r.odometer_km desc limit 1`, [vehicleId, at]);
    const after = await tx.one<ReadingBeside>(`${beside} and r.at > $2 order by r.at, r.odometer_km limit 1`, [vehicleId, at]);
    return { before, after };
  }

  async void(tx: Tx, vehicleId: string, readingId: string, reason: string): Promise<Row> {
    const [row] = await tx.sql<Row>(`update transport_registry.odometer_reading set voided_at = $3, void_reason = $4 where id = $1 and vehicle_id = $2 and voided_at is null returning *`, [readingId, vehicleId, this.clock.now(), reason]);
    if (!row) throw notFound('valid reading', readingId);
    await record(tx, { action: 'transport_registry.odometer.voided', subject: { type: 'vehicle', id: vehicleId }, reason, data: { reading_id: readingId } });
    await this.refreshVehicle(tx, vehicleId);
    return row;
  }

  /** Takes a voided reading back into the series, if it fits there now. */
  async restore(tx: Tx, vehicleId: string, readingId: string): Promise<Row> {
    await tx.sql('select 1 from transport_registry.vehicle where id = $1 for update', [vehicleId]);
    const voided = await tx.one<Row>('select * from transport_registry.odometer_reading where id = $1 and vehicle_id = $2 and voided_at is not null', [readingId, vehicleId]);
    if (!voided) throw notFound('voided reading', readingId);
    const fault = odometerFault({ odometer_km: Number(voided.odometer_km), at: voided.at }, await this.neighbours(tx, vehicleId, voided.at));
    if (fault) throw rule('ODOMETER_OUT_OF_LINE', `${faultWords[fault]} It stays voided.`);
    const [row] = await tx.sql<Row>('update transport_registry.odometer_reading set voided_at = null, void_reason = null where id = $1 returning *', [readingId]);
    await record(tx, { action: 'transport_registry.odometer.restored', subject: { type: 'vehicle', id: vehicleId }, data: { reading_id: readingId } });
    await this.refreshVehicle(tx, vehicleId);
    return row as Row;
  }

  list(tx: ReadTx, vehicleId: string, query: ListQuery): Promise<Page<Row>> {
    const spec = {
      select: 'r.*',
      from: 'transport_registry.odometer_reading r',
      where: new Where().and('r.vehicle_id = ?', vehicleId),
      sorts: { at: { sql: 'r.at', type: 'timestamptz' as const } },
      defaultSort: '-at',
      key: { sql: 'r.id', type: 'uuid' as const },
    };
    return listPage<Row>(tx, spec, query);
  }

  private async neighbours(tx: ReadTx, vehicleId: string, at: Date): Promise<Neighbours> {
    const beside = 'select odometer_km, at from transport_registry.odometer_reading where vehicle_id = $1 and voided_at is null';
    const before = await tx.one<Beside>(`${beside} and at <= $2 order by at desc, odometer_km desc limit 1`, [vehicleId, at]);
    const after = await tx.one<Beside>(`${beside} and at > $2 order by at, odometer_km limit 1`, [vehicleId, at]);
    return { before: before && asNumbers(before), after: after && asNumbers(after) };
  }

  private async refreshVehicle(tx: Tx, vehicleId: string): Promise<void> {
    await tx.sql(
      `update transport_registry.vehicle v set odometer_km = last.odometer_km, odometer_at = last.at
         from (select 1) one left join lateral
              (select odometer_km, at from transport_registry.odometer_reading where vehicle_id = $1 and voided_at is null order by at desc, odometer_km desc limit 1) last on true
        where v.id = $1`,
      [vehicleId],
    );
  }
}

const asNumbers = (row: Beside): { odometer_km: number; at: Date } => ({ odometer_km: Number(row.odometer_km), at: row.at });
