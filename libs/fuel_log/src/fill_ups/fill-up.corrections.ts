import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type Tx } from '@fleet/platform/database';
import { expectVersion, rule } from '@fleet/platform/http';
import { VehicleLookup, type KnownVehicle } from '@fleet/transport_registry';
import { DriverAt } from '@fleet/driver_module';
import { AnomalyWatch } from '../anomalies/anomaly-watch';
import { mismatch, overfull, overfullWarning, priced, refuseImpossible, type Said } from '../rules/check';
import type { AmendFillUpBody, FillUpView } from './fill-up.dto';
import type { FillUp } from './fill-up.entity';
import { announce } from './fill-up-news';
import { FillUpReadings, type Judged } from './fill-up-readings';
import { askedFor, FillUpRecorder } from './fill-up.recorder';
import { FillUpStore } from './fill-up.store';

/** What was entered wrong is corrected in the open: with a reason, with what it was, and nothing disappears. */
@Injectable()
export class FillUpCorrections {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly store: FillUpStore,
    private readonly recorder: FillUpRecorder,
    private readonly readings: FillUpReadings,
    private readonly vehicles: VehicleLookup,
    private readonly drivers: DriverAt,
    private readonly watch: AnomalyWatch,
  ) {}

  async amend(actor: Actor, id: string, body: AmendFillUpBody, version: number | undefined): Promise<FillUpView> {
    return this.db.write(actor, async (tx) => {
      const { row: before, vehicle } = await this.locked(tx, id, version);
      const said = amended(before, body);
      refuseImpossible(said, this.clock.now());
      const judged = await this.judgedAgain(tx, before, vehicle, said);
      const wrongFuel = mismatch(said, vehicle);
      if (wrongFuel && said.fuel_type !== before.fuel_type && !body.confirm) throw askedFor(wrongFuel, vehicle, said);
      const quantityChanged = Number(before.fuel_quantity) !== said.fuel_quantity || before.unit_of_measure !== said.unit_of_measure;
      const tooMuch = overfull(said, vehicle);
      // What a manager has let pass stays passed until the quantity is touched.
      const held = tooMuch !== undefined && (quantityChanged || before.state === 'held');
      const { warnings, ...price } = priced(said);
      const driver = await this.drivers.driverOf(tx, vehicle.id, said.fuel_date);
      const values = {
        ...said,
        ...price,
        driver_id: driver?.driver_id ?? null,
        shift_id: driver?.shift_id ?? null,
        odometer_counts: judged.counts,
        odometer_reading_id: judged.reading_id,
        state: held ? 'held' : 'recorded',
        warnings: [...(wrongFuel ? [wrongFuel] : []), ...(tooMuch ? [overfullWarning(tooMuch)] : []), ...warnings, ...judged.warnings],
      };
      await this.put(tx, id, values);
      const [from, to] = [before.fuel_date, said.fuel_date].sort((a, b) => a.getTime() - b.getTime()) as [Date, Date];
      await this.store.deriveAround(tx, vehicle.id, from, to, (await this.readings.before(tx, vehicle.id, new Date(from.getTime() - 1)))?.odometer_km);
      const after = await this.store.find(tx, id);
      await this.watch.look(tx, after, vehicle, { jump_km: judged.jump_km, overfull: tooMuch });
      await this.note(tx, 'amended', body.reason, before, after);
      // Once announced it is announced again, also that it waits: whoever booked it takes it back.
      if (after.state === 'held' && before.state === 'recorded') await announce(tx, after, vehicle);
      await this.recorder.tell(tx, after, vehicle, said.fuel_type === before.fuel_type ? undefined : wrongFuel, quantityChanged ? tooMuch : undefined);
      return this.store.view(tx, after);
    });
  }

  /** It stays to be seen, and counts no more. */
  async void(actor: Actor, id: string, reason: string, version: number | undefined): Promise<FillUpView> {
    return this.db.write(actor, async (tx) => {
      const { row: before, vehicle } = await this.locked(tx, id, version);
      await this.readings.withdraw(tx, vehicle.id, before.odometer_reading_id, 'Its fill-up was voided.');
      await this.put(tx, id, { state: 'voided', void_reason: reason, voided_at: this.clock.now(), odometer_reading_id: null, distance_since_last: null, efficiency: null });
      await tx.sql('update fuel_log.receipt set fill_up_id = null where fill_up_id = $1', [id]);
      await this.store.deriveAround(tx, vehicle.id, before.fuel_date, before.fuel_date, (await this.readings.before(tx, vehicle.id, before.fuel_date))?.odometer_km);
      await this.watch.forget(tx, id);
      const after = await this.store.find(tx, id);
      await this.note(tx, 'voided', reason, before, after);
      if (before.state === 'recorded') await announce(tx, after, vehicle);
      return this.store.view(tx, after);
    });
  }

  /** A manager lets a held fill-up count. */
  async approve(actor: Actor, id: string, reason: string, version: number | undefined): Promise<FillUpView> {
    return this.db.write(actor, async (tx) => {
      const { row: before, vehicle } = await this.locked(tx, id, version);
      if (before.state !== 'held') throw rule('FUEL_NOT_HELD', 'This fill-up waits for nobody.');
      await this.put(tx, id, { state: 'recorded' });
      const after = await this.store.find(tx, id);
      await tx.sql(`update fuel_log.anomaly set state = 'explained', note = $2, reviewed_by = $3, reviewed_at = $4, version = version + 1 where fill_up_id = $1 and kind = 'more_than_tank' and state = 'open'`, [id, reason, actor.id, this.clock.now()]);
      await this.note(tx, 'approved', reason, before, after);
      await announce(tx, after, vehicle);
      return this.store.view(tx, after);
    });
  }

  /** A reading that was kept out of every sum counts from now on. */
  async believeReading(tx: Tx, id: string, reason: string): Promise<void> {
    const { row: before, vehicle } = await this.locked(tx, id, undefined);
    if (before.odometer_counts || before.odometer_reading === null) return;
    const reading = { odometer_reading: Number(before.odometer_reading), distance_unit: before.distance_unit, at: before.fuel_date };
    await this.put(tx, id, { odometer_counts: true, odometer_reading_id: await this.readings.believe(tx, vehicle.id, reading, `${id}:${before.version + 1}`) });
    await this.store.deriveAround(tx, vehicle.id, before.fuel_date, before.fuel_date, undefined);
    const after = await this.store.find(tx, id);
    await this.note(tx, 'reading_believed', reason, before, after);
    if (after.state === 'recorded') await announce(tx, after, vehicle);
  }

  private async locked(tx: Tx, id: string, version: number | undefined): Promise<{ row: FillUp; vehicle: KnownVehicle }> {
    // The vehicle's series first, as every recording does it, or two could wait for each other.
    const found = await this.store.find(tx, id);
    await this.readings.before(tx, found.vehicle_id, found.fuel_date);
    const row = await this.store.lock(tx, id);
    expectVersion(row.version, version);
    if (row.state === 'voided') throw rule('FUEL_VOIDED', 'This fill-up was voided. Enter it again if it was right.');
    return { row, vehicle: await this.vehicles.require(tx, row.vehicle_id) };
  }

  private async judgedAgain(tx: Tx, before: FillUp, vehicle: KnownVehicle, said: Said): Promise<Judged> {
    const same = said.odometer_reading === (before.odometer_reading === null ? null : Number(before.odometer_reading)) && said.distance_unit === before.distance_unit && said.fuel_date.getTime() === before.fuel_date.getTime();
    if (same) return { counts: before.odometer_counts, reading_id: before.odometer_reading_id, warnings: before.warnings.filter((w) => w.code.startsWith('FUEL_ODOMETER_')), jump_km: undefined, before: undefined };
    await this.readings.withdraw(tx, vehicle.id, before.odometer_reading_id, 'Its fill-up was corrected.');
    return this.recorder.judged(tx, vehicle, said, `${before.id}:${before.version + 1}`);
  }

  private async put(tx: Tx, id: string, values: object): Promise<void> {
    const names = Object.keys(values);
    const params = Object.values(values).map((value: unknown) => (value !== null && typeof value === 'object' && !(value instanceof Date) ? JSON.stringify(value) : value));
    await tx.sql(`update fuel_log.fill_up set ${names.map((name, i) => `${name} = $${i + 3}`).join(', ')}, updated_at = $2, version = version + 1 where id = $1`, [id, this.clock.now(), ...params]);
  }

  private async note(tx: Tx, action: string, reason: string, before: FillUp, after: FillUp): Promise<void> {
    const changes = Object.fromEntries(keptFields.filter((name) => text(before[name]) !== text(after[name])).map((name) => [name, [before[name], after[name]]]));
    await tx.sql('insert into fuel_log.fill_up_change (account_id, fill_up_id, at, actor_kind, actor_id, action, reason, changes) values ($1, $2, $3, $4, $5, $6, $7, $8)', [
      tx.accountId,
      after.id,
      this.clock.now(),
      tx.actor.kind,
      tx.actor.id,
      action,
      reason,
      JSON.stringify(changes),
    ]);
    await record(tx, { action: `fuel_log.fill_up.${action}`, subject: { type: 'fill_up', id: after.id }, reason, data: { fields: Object.keys(changes), version: after.version } });
  }
}

const text = (value: unknown): string => JSON.stringify(value ?? null);

/** What a person entered or decided; what is computed from it needs no history of its own. Names and notes may be erased, so they are not copied. */
const keptFields = [
  'fuel_date', 'odometer_reading', 'trip_distance', 'distance_unit', 'fuel_type', 'fuel_grade', 'fuel_quantity', 'unit_of_measure', 'cost_per_unit', 'total_cost_minor', 'total_given',
  'currency', 'is_full_tank', 'missed_previous', 'fuel_station', 'location_data', 'payment_method', 'receipt_reference', 'state', 'driver_id',
] as const satisfies readonly (keyof FillUp)[];

function amended(before: FillUp, body: AmendFillUpBody): Said {
  const number = (value: string | number | null): number | null => (value === null ? null : Number(value));
  const saysDistance = body.odometer_reading !== undefined || body.trip_distance !== undefined;
  const keep = <K extends keyof Said & keyof AmendFillUpBody>(name: K): Said[K] => (body[name] === undefined ? before[name as keyof FillUp] : body[name]) as Said[K];
  return {
    fuel_date: body.fuel_date === undefined ? before.fuel_date : new Date(body.fuel_date),
    odometer_reading: saysDistance ? (body.odometer_reading ?? null) : number(before.odometer_reading),
    trip_distance: saysDistance ? (body.trip_distance ?? null) : number(before.trip_distance),
    distance_unit: keep('distance_unit'),
    fuel_type: keep('fuel_type'),
    fuel_grade: body.fuel_grade === undefined && body.fuel_type !== undefined && body.fuel_type !== before.fuel_type ? null : keep('fuel_grade'),
    fuel_quantity: body.fuel_quantity ?? Number(before.fuel_quantity),
    unit_of_measure: keep('unit_of_measure'),
    cost_per_unit: body.cost_per_unit === undefined ? number(before.cost_per_unit) : body.cost_per_unit,
    total_cost_minor: body.total_cost_minor === undefined ? (before.total_given || before.cost_per_unit === null ? number(before.total_cost_minor) : null) : body.total_cost_minor,
    currency: keep('currency'),
    is_full_tank: keep('is_full_tank'),
    missed_previous: keep('missed_previous'),
    fuel_station: keep('fuel_station'),
    location_data: keep('location_data'),
    payment_method: keep('payment_method'),
    receipt_reference: keep('receipt_reference'),
    filled_by: keep('filled_by'),
    notes: keep('notes'),
  };
}
