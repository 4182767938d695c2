import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { TripFinished, TripWithdrawn } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, statement, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { conflict, expectVersion, invalid, listPage, notFound, rule, Where, type Page } from '@fleet/platform/http';
import { Hears, type Heard, type PayloadOf } from '@fleet/platform/outbox';
import { DriverAt, DriverLookup } from '@fleet/driver_module';
import { VehicleLookup } from '@fleet/transport_registry';
import type { AmendTripBody, LogTripBody, TripQuery, TripLogView } from './trip.dto';

interface Row extends Omit<TripLogView, 'plate'> {
  park_id: string | null;
}

const byId = statement<Row>('select * from fuel_log.trip where id = $1');
const overlap: Parameters<typeof conflictOn>[0] = {
  trip_manual_once: ['TRIP_OVERLAPS', 'Another trip of this vehicle was written down for that time.'],
  trip_pk: ['TRIP_ID_TAKEN', 'This id names another trip.'],
};

/** The driving log. What people wrote is corrected with a reason; what telemetry found follows telemetry's newest revision. */
@Injectable()
export class Trips {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly drivers: DriverLookup,
    private readonly drivenBy: DriverAt,
  ) {}

  async log(actor: Actor, body: LogTripBody): Promise<TripLogView> {
    this.refuseImpossible(new Date(body.start_at), new Date(body.end_at), body.odo_start, body.odo_end);
    return this.db.write(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, body.vehicle_id);
      if (body.id) {
        await tx.sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`fuel_log.trip:${body.id}`]);
        const known = await tx.one(byId, [body.id]);
        if (known) return this.again(tx, known, body);
      }
      const id = body.id ?? randomUUID();
      const driver = body.driver_id ? (await this.drivers.require(tx, body.driver_id)).id : ((await this.drivenBy.driverOf(tx, vehicle.id, new Date(body.start_at)))?.driver_id ?? null);
      await conflictOn(overlap, () =>
        tx.sql(
          `insert into fuel_log.trip (id, account_id, vehicle_id, park_id, driver_id, driver_given, source, start_at, end_at, odo_start, odo_end, distance_unit, note, recorded_by, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, 'manual', $7, $8, $9, $10, $11, $12, $13, $14, $14)`,
          [id, tx.accountId, vehicle.id, vehicle.park_id, driver, Boolean(body.driver_id), body.start_at, body.end_at, body.odo_start, body.odo_end, body.distance_unit ?? vehicle.odometer_unit, body.note ?? null, actor.id, this.clock.now()],
        ),
      );
      await record(tx, { action: 'fuel_log.trip.logged', subject: { type: 'trip', id }, data: { vehicle_id: vehicle.id, driver_id: driver } });
      return this.view(tx, await this.find(tx, id));
    });
  }

  async amend(actor: Actor, id: string, body: AmendTripBody, version: number | undefined): Promise<TripLogView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.manual(tx, id, version);
      const { reason, ...said } = body;
      const start = said.start_at ? new Date(said.start_at) : (before.start_at as Date);
      const end = said.end_at ? new Date(said.end_at) : (before.end_at as Date);
      this.refuseImpossible(start, end, said.odo_start ?? Number(before.odo_start), said.odo_end ?? Number(before.odo_end));
      const driver = said.driver_id ? (await this.drivers.require(tx, said.driver_id)).id : said.driver_id === null ? null : before.driver_id;
      await conflictOn(overlap, () =>
        tx.sql(
          `update fuel_log.trip set start_at = $2, end_at = $3, odo_start = coalesce($4, odo_start), odo_end = coalesce($5, odo_end), driver_id = $6, driver_given = driver_given or $7,
                  note = case when $8 then $9 else note end, updated_at = $10, version = version + 1 where id = $1`,
          [id, start, end, said.odo_start ?? null, said.odo_end ?? null, driver, said.driver_id !== undefined, said.note !== undefined, said.note ?? null, this.clock.now()],
        ),
      );
      await record(tx, { action: 'fuel_log.trip.amended', subject: { type: 'trip', id }, reason, data: { fields: Object.keys(said), was: { start_at: before.start_at, end_at: before.end_at, odo_start: before.odo_start, odo_end: before.odo_end, driver_id: before.driver_id } } });
      return this.view(tx, await this.find(tx, id));
    });
  }

  async withdraw(actor: Actor, id: string, reason: string, version: number | undefined): Promise<TripLogView> {
    return this.db.write(actor, async (tx) => {
      await this.manual(tx, id, version);
      await tx.sql('update fuel_log.trip set withdrawn_at = $2, withdraw_reason = $3, updated_at = $2, version = version + 1 where id = $1', [id, this.clock.now(), reason]);
      await record(tx, { action: 'fuel_log.trip.withdrawn', subject: { type: 'trip', id }, reason });
      return this.view(tx, await this.find(tx, id));
    });
  }

  /** Deliveries come twice and out of order: the newest revision stands. */
  @Hears(TripFinished, 'fuel_log.log_detected_trip')
  async found(event: Heard<PayloadOf<typeof TripFinished>>, tx: Tx): Promise<void> {
    const trip = event.payload;
    const vehicle = (await this.vehicles.many(tx, [trip.vehicle_id])).get(trip.vehicle_id);
    if (!vehicle) return;
    const driver = await this.drivenBy.driverOf(tx, trip.vehicle_id, new Date(trip.from_at));
    await this.put(tx, [trip.trip_id, trip.vehicle_id, vehicle.park_id, driver?.driver_id ?? null, trip.revision, trip.from_at, trip.to_at, trip.distance_km, trip.fuel_l, null]);
  }

  @Hears(TripWithdrawn, 'fuel_log.withdraw_detected_trip')
  async never(event: Heard<PayloadOf<typeof TripWithdrawn>>, tx: Tx): Promise<void> {
    const { trip_id, vehicle_id, revision } = event.payload;
    if (!(await this.vehicles.many(tx, [vehicle_id])).has(vehicle_id)) return;
    await this.put(tx, [trip_id, vehicle_id, null, null, revision, null, null, null, null, this.clock.now()]);
  }

  async page(tx: ReadTx, query: TripQuery): Promise<Page<TripLogView>> {
    const where = new Where()
      .and('t.account_id = ?', tx.accountId)
      .and('t.park_id = any(?)', tx.actor.parkIds ?? undefined)
      .and('t.vehicle_id = ?', query.vehicle_id)
      .and('t.driver_id = ?', query.driver_id)
      .and('t.source = ?', query.source)
      .and('t.start_at >= ?', query.from)
      .and('t.start_at < ?', query.to)
      .and('t.start_at is not null');
    if (!query.withdrawn) where.and('t.withdrawn_at is null');
    const spec = { select: 't.*', from: 'fuel_log.trip t', where, sorts: { start_at: { sql: 't.start_at', type: 'timestamptz' as const } }, defaultSort: '-start_at', key: { sql: 't.id', type: 'uuid' as const } };
    const page = await listPage<Row>(tx, spec, query);
    const vehicles = await this.vehicles.many(tx, [...new Set(page.items.map((row) => row.vehicle_id))]);
    return { ...page, items: page.items.map((row) => ({ ...row, plate: vehicles.get(row.vehicle_id)?.plate ?? null })) };
  }

  async find(tx: ReadTx, id: string): Promise<Row> {
    const row = await tx.one(byId, [id]);
    const { parkIds } = tx.actor;
    if (!row || (parkIds !== null && (!row.park_id || !parkIds.includes(row.park_id)))) throw notFound('trip', id);
    return row;
  }

  async view(tx: ReadTx, row: Row): Promise<TripLogView> {
    return { ...row, plate: (await this.vehicles.many(tx, [row.vehicle_id])).get(row.vehicle_id)?.plate ?? null };
  }

  private async put(tx: Tx, values: unknown[]): Promise<void> {
    await tx.sql(
      `insert into fuel_log.trip as t (id, account_id, vehicle_id, park_id, driver_id, source, revision, start_at, end_at, measured_km, fuel_l, withdrawn_at, recorded_by, created_at, updated_at)
       values ($1, $11, $2, $3, $4, 'detected', $5, $6, $7, $8, $9, $10, 'telemetry_engine', $12, $12)
       on conflict (id) do update set park_id = coalesce(excluded.park_id, t.park_id), driver_id = coalesce(excluded.driver_id, t.driver_id), revision = excluded.revision, start_at = coalesce(excluded.start_at, t.start_at),
         end_at = coalesce(excluded.end_at, t.end_at), measured_km = coalesce(excluded.measured_km, t.measured_km), fuel_l = excluded.fuel_l, withdrawn_at = excluded.withdrawn_at, updated_at = excluded.updated_at, version = t.version + 1
       where t.source = 'detected' and t.revision < excluded.revision`,
      [...values, tx.accountId, this.clock.now()],
    );
  }

  private async manual(tx: Tx, id: string, version: number | undefined): Promise<Row> {
    await tx.sql('select 1 from fuel_log.trip where id = $1 for update', [id]);
    const row = await this.find(tx, id);
    if (row.source !== 'manual') throw rule('TRIP_DETECTED', 'This trip was found by telemetry and follows it; write down another if it is wrong.');
    if (row.withdrawn_at) throw rule('TRIP_WITHDRAWN', 'This trip was withdrawn.');
    expectVersion(row.version, version);
    return row;
  }

  private async again(tx: Tx, known: Row, body: LogTripBody): Promise<TripLogView> {
    if (known.vehicle_id !== body.vehicle_id || known.source !== 'manual') throw conflict('TRIP_ID_TAKEN', 'This id names another trip.');
    tx.withoutAudit('a repeated trip changes nothing');
    return this.view(tx, known);
  }

  private refuseImpossible(start: Date, end: Date, odoStart: number, odoEnd: number): void {
    if (end <= start) throw invalid('TRIP_ENDS_BEFORE_START', 'A trip ends after it began.');
    if (end.getTime() > this.clock.now().getTime() + 60_000) throw invalid('TRIP_IN_FUTURE', 'A trip is written down when it is over.');
    if (odoEnd < odoStart) throw invalid('TRIP_ODOMETER_ROLLBACK', 'The odometer at the end cannot be less than at the start.');
  }
}
