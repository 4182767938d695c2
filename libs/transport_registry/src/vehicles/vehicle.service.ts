import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DeviceUnbound, VehicleOnboarded, VehicleStatusChanged } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, statement, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { expectVersion, invalid, notFound, rule, listPage, Where, type ListSpec, type Page } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { OdometerService } from '../odometer/odometer.service';
import { mayMove, movesFrom, type Status } from '../rules/life-cycle';
import { normalPlate } from '../rules/plate';
import { normalVin, vinCheckDigitFits, vinShape } from '../rules/vin';
import { changesBetween, noteChange, type Changes } from './vehicle-history';
import type { AmendVehicleBody, FleetSummaryView, OnboardVehicleBody, VehicleQuery, WarningView } from './vehicle.dto';
import { Vehicle } from './vehicle.entity';

export type VehicleWithWarnings = Vehicle & { warnings: WarningView[] };

const byId = statement<Vehicle>('select * from transport_registry.vehicle where id = $1');

export const identityTaken: Record<string, [string, string]> = {
  vehicle_plate_key: ['VEHICLE_PLATE_TAKEN', 'Another vehicle of this account has this plate.'],
  vehicle_vin_key: ['VEHICLE_VIN_TAKEN', 'Another vehicle of this account has this VIN.'],
};

/** Vehicles from onboarding to retirement. */
@Injectable()
export class VehicleService {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly odometer: OdometerService,
  ) {}

  async get(actor: Actor, id: string): Promise<Vehicle> {
    return this.db.read(actor, (tx) => this.find(tx, id));
  }

  async list(actor: Actor, query: VehicleQuery): Promise<Page<Vehicle>> {
    return this.db.read(actor, (tx) => listPage<Vehicle>(tx, vehicleList(actor, query), query));
  }

  async onboard(actor: Actor, body: OnboardVehicleBody): Promise<VehicleWithWarnings> {
    return this.db.write(actor, async (tx) => {
      const now = this.clock.now();
      const { odometer_km, ...said } = body;
      const vehicle = { ...(await this.defaults(tx)), ...checkedIdentity(said), id: randomUUID(), account_id: actor.accountId, status: body.status ?? 'onboarding', status_since: now, created_at: now, updated_at: now };
      await this.refuseForeignPark(tx, vehicle.park_id);
      await conflictOn(identityTaken, () => tx.em.insert(Vehicle, vehicle));
      await tx.sql(`insert into transport_registry.status_period (account_id, vehicle_id, status, period) values ($1, $2, $3, tstzrange($4, null))`, [actor.accountId, vehicle.id, vehicle.status, now]);
      if (odometer_km !== undefined) await this.odometer.append(tx, vehicle.id, { odometer_km, at: now, source: 'manual' });
      const stored = await this.find(tx, vehicle.id);
      await noteChange(tx, now, vehicle.id, 'onboarded', changesBetween({}, said), undefined);
      await record(tx, { action: 'transport_registry.vehicle.onboarded', subject: { type: 'vehicle', id: vehicle.id }, data: { plate: stored.plate_norm } });
      await emit(tx, VehicleOnboarded, { vehicle_id: stored.id, vehicle_no: stored.vehicle_no, plate: stored.plate_norm, fuel_type: stored.fuel_type });
      return { ...stored, warnings: warningsOf(stored) };
    });
  }

  async amend(actor: Actor, id: string, body: AmendVehicleBody, version?: number): Promise<VehicleWithWarnings> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      expectVersion(before.version, version);
      const said = checkedIdentity(body);
      const changes = changesBetween(before, said);
      if (Object.keys(changes).length === 0) {
        tx.withoutAudit('nothing changed');
        return { ...before, warnings: warningsOf(before) };
      }
      if (said.park_id) await this.refuseForeignPark(tx, said.park_id);
      const now = this.clock.now();
      await conflictOn(identityTaken, () => tx.em.update(Vehicle, { id }, { ...said, updated_at: now }));
      await noteChange(tx, now, id, 'amended', changes, undefined);
      await record(tx, { action: 'transport_registry.vehicle.amended', subject: { type: 'vehicle', id }, data: { fields: Object.keys(changes) } });
      const after = await this.find(tx, id);
      return { ...after, warnings: warningsOf(after) };
    });
  }

  async changeStatus(actor: Actor, id: string, to: Status, reason: string | undefined, version?: number): Promise<Vehicle> {
    if (to === 'retired' && !reason) throw invalid('RETIRE_REASON_REQUIRED', 'Say why the vehicle is retired.');
    if (to === 'retired' && !actor.permissions.has('transport_registry.vehicle.retire')) throw invalid('RETIRE_NOT_HERE', 'Only an admin retires a vehicle.');
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      expectVersion(before.version, version);
      if (!mayMove(before.status, to)) {
        throw rule('VEHICLE_STATUS_MOVE_REFUSED', `A vehicle that is ${before.status} cannot become ${to}.`, { facts: { from: before.status, to, possible: movesFrom(before.status) } });
      }
      const now = this.clock.now();
      await conflictOn(identityTaken, () => tx.em.update(Vehicle, { id }, { status: to, status_since: now, updated_at: now }));
      await tx.sql(`update transport_registry.status_period set period = tstzrange(lower(period), $2) where vehicle_id = $1 and upper_inf(period)`, [id, now]);
      await tx.sql(`insert into transport_registry.status_period (account_id, vehicle_id, status, period, reason) values ($1, $2, $3, tstzrange($4, null), $5)`, [actor.accountId, id, to, now, reason ?? null]);
      if (to === 'retired') await this.releaseDevices(tx, before, now);
      await noteChange(tx, now, id, 'status_changed', { status: [before.status, to] }, reason);
      await record(tx, { action: 'transport_registry.vehicle.status_changed', subject: { type: 'vehicle', id }, ...(reason ? { reason } : {}), data: { from: before.status, to } });
      await emit(tx, VehicleStatusChanged, { vehicle_id: id, vehicle_no: before.vehicle_no, from: before.status, to, reason: reason ?? null });
      return this.find(tx, id);
    });
  }

  async summary(actor: Actor): Promise<FleetSummaryView> {
    return this.db.read(actor, async (tx) => {
      const where = new Where().and('v.account_id = ?', actor.accountId).and('v.park_id = any(?)', actor.parkIds ?? undefined);
      const statuses = await tx.sql<{ status: string; count: number }>(`select v.status, count(*)::int as count from transport_registry.vehicle v ${where.text} group by v.status`, where.params);
      const papers = where.and(`d.withdrawn_at is null and v.status <> 'retired'`);
      const n = papers.params.push(this.clock.now());
      const today = `($${n}::timestamptz at time zone a.time_zone)::date`;
      const documents = await tx.one<{ expiring: number; expired: number }>(
        `select count(*) filter (where d.expires_on between ${today} and ${today} + 30)::int as expiring, count(*) filter (where d.expires_on < ${today})::int as expired
           from transport_registry.registration_document d join transport_registry.vehicle v on v.id = d.vehicle_id join auth.account a on a.id = v.account_id ${papers.text}`,
        papers.params,
      );
      return {
        total: statuses.reduce((sum, s) => sum + s.count, 0),
        by_status: Object.fromEntries(statuses.map((s) => [s.status, s.count])),
        documents_expiring: documents?.expiring ?? 0,
        documents_expired: documents?.expired ?? 0,
      };
    });
  }

  /** The vehicle, or 404 also when it stands in a park the actor is not limited to. */
  async find(tx: ReadTx, id: string): Promise<Vehicle> {
    const vehicle = await tx.one(byId, [id]);
    if (!vehicle || !mayEnter(tx.actor, vehicle.park_id)) throw notFound('vehicle', id);
    return vehicle;
  }

  private async lock(tx: Tx, id: string): Promise<Vehicle> {
    await tx.sql('select 1 from transport_registry.vehicle where id = $1 for update', [id]);
    return this.find(tx, id);
  }

  private async defaults(tx: Tx): Promise<Pick<Vehicle, 'kind' | 'fuel_type' | 'odometer_unit' | 'distance_unit' | 'fuel_unit' | 'tags' | 'park_id'>> {
    const account = await tx.one<{ distance_unit: 'km' | 'mi'; fuel_unit: Vehicle['fuel_unit'] }>('select distance_unit, fuel_unit from auth.account where id = $1', [tx.accountId]);
    const distance = account?.distance_unit ?? 'km';
    // Somebody limited to one park onboards into it; otherwise they could not see what they made.
    const onlyPark = tx.actor.parkIds?.length === 1 ? (tx.actor.parkIds[0] ?? null) : null;
    return { kind: 'car', fuel_type: 'gasoline', odometer_unit: distance, distance_unit: distance, fuel_unit: account?.fuel_unit ?? 'l', tags: [], park_id: onlyPark };
  }

  private async refuseForeignPark(tx: Tx, parkId: string | null | undefined): Promise<void> {
    const known = parkId ? await tx.one('select 1 as one from auth.park where id = $1 and closed_at is null', [parkId]) : undefined;
    if ((parkId && !known) || !mayEnter(tx.actor, parkId ?? null)) throw invalid('UNKNOWN_PARK', parkId ? `There is no open park ${parkId} you may use.` : 'Say which of your parks the vehicle belongs to.');
  }

  private async releaseDevices(tx: Tx, vehicle: Vehicle, at: Date): Promise<void> {
    const ended = await tx.sql<{ device_id: string }>(
      `update transport_registry.device_binding set period = tstzrange(lower(period), $2) where vehicle_id = $1 and upper_inf(period) and lower(period) < $2 returning device_id`,
      [vehicle.id, at],
    );
    for (const { device_id } of ended) await emit(tx, DeviceUnbound, { vehicle_id: vehicle.id, vehicle_no: vehicle.vehicle_no, device_id, to_at: at.toISOString() });
  }
}

export const mayEnter = (actor: Actor, parkId: string | null): boolean => actor.parkIds === null || (parkId !== null && actor.parkIds.includes(parkId));

type Identity = Partial<Pick<Vehicle, 'plate' | 'vin'>>;

/** VIN in its one spelling, refused when it is none; a plate must say something. */
export function checkedIdentity<T extends { plate?: string; vin?: string | null }>(said: T): T & Identity {
  if (said.plate !== undefined && normalPlate(said.plate) === '') throw invalid('VEHICLE_PLATE_EMPTY', 'The plate has no letter or digit.', { errors: [{ field: 'plate', code: 'format', detail: 'plate has no letter or digit' }] });
  if (said.vin === undefined || said.vin === null) return said;
  const vin = normalVin(said.vin);
  if (!vinShape.test(vin)) {
    const detail = /[IOQ]/.test(vin) ? 'vin never contains I, O or Q' : `vin must have 17 letters and digits, this has ${vin.length}`;
    throw invalid('VEHICLE_VIN_INVALID', `${detail[0]?.toUpperCase()}${detail.slice(1)}.`, { errors: [{ field: 'vin', code: 'format', detail }] });
  }
  return { ...said, vin };
}

export function warningsOf(vehicle: { vin: string | null }): WarningView[] {
  if (!vehicle.vin || vinCheckDigitFits(vehicle.vin)) return [];
  return [{ code: 'VIN_CHECK_DIGIT', detail: 'The check digit of the VIN does not fit. That is normal for European vehicles; otherwise look again for a typo.' }];
}

export function vehicleList(actor: Actor, query: VehicleQuery): ListSpec {
  const where = new Where()
    .and('v.account_id = ?', actor.accountId)
    .and('v.park_id = any(?)', actor.parkIds ?? undefined)
    .and('v.status = ?', query.status)
    .and('v.park_id = ?', query.park_id)
    .and('v.fuel_type = ?', query.fuel_type)
    .and('v.kind = ?', query.kind)
    .and('v.tags @> array[?]', query.tag)
    .and('lower(v.make) = lower(?)', query.make);
  for (const word of (query.q ?? '').split(/\s+/).filter(Boolean).slice(0, 5)) {
    where.and(`${searchText} like ?`, likely(searchWord(word)));
  }
  return { select: 'v.*', from: 'transport_registry.vehicle v', where, sorts: vehicleSorts, defaultSort: 'plate', key: { sql: 'v.id', type: 'uuid' } };
}

/** The expression of the index vehicle_search, to the letter. */
const searchText = `lower(v.plate_norm || ' ' || coalesce(v.vin, '') || ' ' || coalesce(v.name, '') || ' ' || coalesce(v.make, '') || ' ' || coalesce(v.model, ''))`;
/** Plates are typed with dashes that are not stored; names may really have them. */
const searchWord = (word: string): string => (/\d/.test(word) ? normalPlate(word) || word : word);
const likely = (word: string): string => `%${word.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;

const vehicleSorts: ListSpec['sorts'] = {
  plate: { sql: 'v.plate_norm', type: 'text' },
  created_at: { sql: 'v.created_at', type: 'timestamptz' },
  updated_at: { sql: 'v.updated_at', type: 'timestamptz' },
  status_since: { sql: 'v.status_since', type: 'timestamptz' },
  make: { sql: `lower(coalesce(v.make, ''))`, type: 'text' },
  year: { sql: 'coalesce(v.year, 0)', type: 'numeric' },
  odometer_km: { sql: 'coalesce(v.odometer_km, 0)', type: 'numeric' },
};

export type { Changes };
