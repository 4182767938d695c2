import { Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { FuelQuantityAnomaly, FuelTypeMismatchDetected } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, statement, type ReadTx, type Tx } from '@fleet/platform/database';
import { conflict } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { DriverAt } from '@fleet/driver_module';
import { VehicleLookup, type KnownVehicle } from '@fleet/transport_registry';
import { AnomalyWatch } from '../anomalies/anomaly-watch';
import { mismatch, overfull, overfullWarning, priced, refuseImpossible, type Said } from '../rules/check';
import type { FillUpFields } from './fill-up.dto';
import { FillUp, type FillUpSource, type Warning } from './fill-up.entity';
import { FillUpReadings, type Judged } from './fill-up-readings';
import { FillUpStore } from './fill-up.store';
import { announce } from './fill-up-news';

export interface NewFillUp {
  id?: string | undefined;
  vehicle_id: string;
  said: Said;
  confirm: boolean;
  source: FillUpSource;
}

const accountOf = statement<{ currency: string; time_zone: string }>('select trim(currency) as currency, time_zone from auth.account where id = $1');

/** Takes a fill-up in: judged as a whole, kept as a whole. */
@Injectable()
export class FillUpRecorder {
  constructor(
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly drivers: DriverAt,
    private readonly readings: FillUpReadings,
    private readonly store: FillUpStore,
    private readonly watch: AnomalyWatch,
  ) {}

  /** What was not said is taken from the vehicle and the account. */
  async complete(tx: ReadTx, vehicle: KnownVehicle, body: FillUpFields): Promise<Said> {
    const odometer_reading = body.odometer_reading ?? null;
    return {
      fuel_date: new Date(body.fuel_date),
      odometer_reading,
      trip_distance: body.trip_distance ?? null,
      distance_unit: body.distance_unit ?? (odometer_reading === null ? vehicle.distance_unit : vehicle.odometer_unit),
      fuel_type: body.fuel_type,
      fuel_grade: body.fuel_grade ?? null,
      fuel_quantity: body.fuel_quantity,
      unit_of_measure: body.unit_of_measure,
      cost_per_unit: body.cost_per_unit ?? null,
      total_cost_minor: body.total_cost_minor ?? null,
      currency: body.currency ?? (await tx.one(accountOf, [tx.accountId]))?.currency ?? 'USD',
      is_full_tank: body.is_full_tank ?? false,
      missed_previous: body.missed_previous ?? false,
      fuel_station: body.fuel_station ?? body.location_data?.station_name ?? null,
      location_data: body.location_data ?? null,
      payment_method: body.payment_method ?? null,
      receipt_reference: body.receipt_reference ?? null,
      filled_by: body.filled_by ?? null,
      notes: body.notes ?? null,
    };
  }

  /** Records it once, however often it is sent under its id. */
  async record(tx: Tx, fill: NewFillUp): Promise<FillUp> {
    const hash = hashOf(fill);
    if (fill.id) {
      const known = await this.sentBefore(tx, fill.id, hash);
      if (known) return known;
    }
    const vehicle = await this.vehicles.require(tx, fill.vehicle_id);
    const { said } = fill;
    const now = this.clock.now();
    refuseImpossible(said, now);
    const id = fill.id ?? randomUUID();
    const judged = await this.judged(tx, vehicle, said, id);
    const wrongFuel = mismatch(said, vehicle);
    if (wrongFuel && !fill.confirm) throw askedFor(wrongFuel, vehicle, said);
    const tooMuch = overfull(said, vehicle);
    const { warnings, ...price } = priced(said);
    const held = await this.drivers.driverOf(tx, vehicle.id, said.fuel_date);
    const row: Partial<FillUp> = {
      ...said,
      ...price,
      id,
      account_id: tx.accountId,
      vehicle_id: vehicle.id,
      park_id: vehicle.park_id,
      department: vehicle.department,
      driver_id: held?.driver_id ?? null,
      shift_id: held?.shift_id ?? null,
      odometer_counts: judged.counts,
      odometer_reading_id: judged.reading_id,
      state: tooMuch ? 'held' : 'recorded',
      warnings: [...(wrongFuel ? [wrongFuel] : []), ...(tooMuch ? [overfullWarning(tooMuch)] : []), ...warnings, ...judged.warnings],
      source: fill.source,
      request_hash: hash,
      recorded_by: tx.actor.id,
      created_at: now,
      updated_at: now,
    };
    await conflictOn({ fill_up_pk: ['FUEL_ID_TAKEN', 'This id names another fill-up.'] }, () => tx.em.insert(FillUp, row));
    await this.store.deriveAround(tx, vehicle.id, said.fuel_date, said.fuel_date, judged.before?.odometer_km);
    const stored = await this.store.find(tx, id);
    await this.watch.look(tx, stored, vehicle, { jump_km: judged.jump_km, overfull: tooMuch });
    await record(tx, { action: 'fuel_log.fill_up.recorded', subject: { type: 'fill_up', id }, data: { vehicle_id: vehicle.id, state: stored.state, warnings: stored.warnings.map((w) => w.code) } });
    await this.tell(tx, stored, vehicle, wrongFuel, tooMuch);
    return stored;
  }

  /** Judges what was said of the odometer against both neighbours; it is in the vehicle's series afterwards. */
  async judged(tx: Tx, vehicle: KnownVehicle, said: Said, ref: string): Promise<Judged> {
    if (said.odometer_reading === null) {
      return { counts: true, reading_id: null, warnings: [], jump_km: null, before: await this.readings.before(tx, vehicle.id, said.fuel_date) };
    }
    return this.readings.enter(tx, vehicle.id, { odometer_reading: said.odometer_reading, distance_unit: said.distance_unit, at: said.fuel_date }, ref);
  }

  async tell(tx: Tx, row: FillUp, vehicle: KnownVehicle, wrongFuel: Warning | undefined, tooMuch: ReturnType<typeof overfull>): Promise<void> {
    const about = { fill_up_id: row.id, revision: row.version, vehicle_id: vehicle.id, vehicle_no: vehicle.vehicle_no };
    if (wrongFuel) await emit(tx, FuelTypeMismatchDetected, { ...about, expected_fuel_type: vehicle.fuel_type, entered_fuel_type: row.fuel_type });
    if (tooMuch) await emit(tx, FuelQuantityAnomaly, { ...about, fuel_quantity: tooMuch.quantity, tank_capacity: tooMuch.capacity, unit: tooMuch.unit });
    if (row.state === 'recorded') await announce(tx, row, vehicle);
  }

  private async sentBefore(tx: Tx, id: string, hash: string): Promise<FillUp | undefined> {
    await tx.sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`fuel_log.fill_up:${id}`]);
    const known = await tx.one<FillUp>('select * from fuel_log.fill_up where id = $1', [id]);
    if (!known) return undefined;
    if (known.request_hash !== hash) throw conflict('FUEL_ID_TAKEN', 'This id names another fill-up.');
    tx.withoutAudit('a repeated fill-up changes nothing');
    return known;
  }
}

export function askedFor(wrongFuel: Warning, vehicle: KnownVehicle, said: Said): Error {
  return conflict(wrongFuel.code, `${wrongFuel.detail} Send it again with "confirm": true if it is meant so.`, { facts: { expected_fuel_type: vehicle.fuel_type, entered_fuel_type: said.fuel_type, confirm: true } });
}

const hashOf = ({ vehicle_id, said }: NewFillUp): string => createHash('sha256').update(JSON.stringify([vehicle_id, said])).digest('base64url');
