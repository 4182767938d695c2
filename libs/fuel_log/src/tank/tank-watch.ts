import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { defineTask } from '@fleet/platform/jobs';
import { DriverAt } from '@fleet/driver_module';
import { VehicleLookup, type KnownVehicle } from '@fleet/transport_registry';
import { AnomalyWatch } from '../anomalies/anomaly-watch';
import type { LocationData } from '../fill_ups/fill-up.entity';
import { awayMetres, changesOf, compareRise, metresBetween, type Level, type LevelChange } from '../rules/tank';
import { minChangeLitres, TankLevels, type Place } from './tank-levels';

interface Claimed {
  id: string;
  vehicle_id: string;
  driver_id: string | null;
  park_id: string | null;
  at: Date;
  litres: number;
  location: LocationData | null;
}

const minuteMs = 60_000;
/** Around a fill-up this much is looked at; receipts are minutes off, not hours. */
const aroundMs = 60 * minuteMs;
/** Samples of a vehicle without coverage come late; raw ones are kept for a week. */
const settleMs = 2 * 60 * minuteMs;
const reachMs = 6 * 86_400_000;
const batch = 50;
/** Read again before where the last look ended, so that a change across it is whole. */
const overlapMs = 60 * minuteMs;
const lookMaxMs = 86_400_000;

/** Litres claimed against the rise of the tank and the place of the vehicle, and falls nobody explained. It asks; it never judges. */
@Injectable()
export class TankWatch {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
    private readonly drivenBy: DriverAt,
    private readonly levels: TankLevels,
    private readonly watch: AnomalyWatch,
  ) {}

  async lookEverywhere(signal?: AbortSignal): Promise<number> {
    const accounts = await this.db.systemRead('fuel_log.watch_tanks', (tx) => tx.sql<{ id: string }>('select id from auth.account order by id'));
    let looked = 0;
    for (const { id } of accounts) {
      for (const step of [(tx: Tx) => this.compareSome(tx), (tx: Tx) => this.watchSome(tx)]) {
        for (let more = batch; more === batch && !signal?.aborted; looked += more) more = await this.db.write(systemActor(id, 'fuel_log.watch_tanks'), step);
      }
    }
    return looked;
  }

  /** Compares fill-ups that telemetry has had time to tell of. Answers how many. */
  private async compareSome(tx: Tx): Promise<number> {
    tx.withoutAudit('questions are reviewed and recorded by people');
    const now = this.clock.now().getTime();
    const claims = await tx.sql<Claimed>(
      `select f.id, f.vehicle_id, f.driver_id, f.park_id, f.fuel_date as at, f.fuel_l::float8 as litres, f.location_data as location from fuel_log.fill_up f
        where f.account_id = $1 and f.fuel_date > $2 and f.fuel_date <= $3 and f.state <> 'voided' and f.fuel_l is not null and not exists (select 1 from fuel_log.level_check c where c.fill_up_id = f.id)
        order by f.fuel_date limit ${batch} for update of f skip locked`,
      [tx.accountId, new Date(now - reachMs), new Date(now - settleMs)],
    );
    const vehicles = await this.vehicles.many(tx, [...new Set(claims.map((c) => c.vehicle_id))]);
    for (const claim of claims) {
      const vehicle = vehicles.get(claim.vehicle_id);
      if (vehicle) await this.compare(tx, claim, vehicle);
    }
    return claims.length;
  }

  private async compare(tx: Tx, claim: Claimed, vehicle: KnownVehicle): Promise<void> {
    const sensor = await this.levels.sensor(tx, vehicle.id);
    const min = sensor?.min_change_l ?? minChangeLitres;
    const { levels, places } = await this.levels.between(tx, vehicle, sensor, new Date(claim.at.getTime() - aroundMs), new Date(claim.at.getTime() + aroundMs));
    const found = compareRise(claim.litres, claim.at, levels, min);
    const away = awayFrom(claim, places);
    const about = { vehicle_id: vehicle.id, park_id: claim.park_id, driver_id: claim.driver_id, fill_up_id: claim.id, at: claim.at };
    if (found.verdict === 'differs') {
      const question = `Where did the fuel go? ${shown(claim.litres)} l were entered; the tank rose by ${shown(found.rise_l)} l around that time. Another vehicle, a canister, a sensor that sticks?`;
      await this.watch.ask(tx, { ...about, kind: 'tank_rise_differs', question, evidence: [{ what: 'fill_up', id: claim.id, facts: { litres: shown(claim.litres), at: claim.at.toISOString() } }, { what: 'tank_level', id: vehicle.id, facts: { rise_l: shown(found.rise_l), ...span(levels) } }] });
    }
    if (away !== undefined && away.metres > awayMetres) {
      const question = `Was it this vehicle? It was ${Math.round(away.metres)} m from the station when the fill-up was made.`;
      await this.watch.ask(tx, { ...about, kind: 'away_from_station', question, evidence: [{ what: 'fill_up', id: claim.id, facts: { ...claim.location?.coordinates } }, { what: 'position', id: vehicle.id, facts: { at: away.place.at.toISOString(), lat: away.place.lat, lon: away.place.lon, metres: Math.round(away.metres) } }] });
    }
    await tx.sql(`insert into fuel_log.level_check (fill_up_id, account_id, verdict, claimed_l, rise_l, away_m, checked_at) values ($1, $2, $3, $4, $5, $6, $7)`, [claim.id, tx.accountId, found.verdict, claim.litres, found.verdict === 'no_data' ? null : found.rise_l, away?.metres ?? null, this.clock.now()]);
  }

  /** Looks for falls in tanks whose sensor is described. Answers how many tanks. */
  private async watchSome(tx: Tx): Promise<number> {
    tx.withoutAudit('questions are reviewed and recorded by people');
    const until = this.clock.now().getTime() - settleMs;
    const due = await tx.sql<{ vehicle_id: string; watched_to: Date }>(`select vehicle_id, watched_to from fuel_log.tank_sensor where account_id = $1 and watched_to < $2 order by watched_to limit ${batch} for update skip locked`, [tx.accountId, new Date(until - 15 * minuteMs)]);
    const vehicles = await this.vehicles.many(tx, due.map((d) => d.vehicle_id));
    for (const { vehicle_id, watched_to } of due) {
      const from = new Date(Math.max(watched_to.getTime(), until - reachMs) - overlapMs);
      const to = new Date(Math.min(until, from.getTime() + lookMaxMs + overlapMs));
      const vehicle = vehicles.get(vehicle_id);
      if (vehicle) await this.askAboutDrains(tx, vehicle, from, to);
      await tx.sql('update fuel_log.tank_sensor set watched_to = $2 where vehicle_id = $1', [vehicle_id, to]);
    }
    return due.length;
  }

  private async askAboutDrains(tx: Tx, vehicle: KnownVehicle, from: Date, to: Date): Promise<void> {
    const sensor = await this.levels.sensor(tx, vehicle.id);
    const { levels } = await this.levels.between(tx, vehicle, sensor, from, to);
    for (const drain of changesOf(levels, sensor?.min_change_l ?? minChangeLitres).filter((c) => c.kind === 'drain')) {
      // Two looks overlap and may see the edges of one fall a little differently.
      const known = await tx.one(`select 1 as known from fuel_log.anomaly where vehicle_id = $1 and kind = 'drain_suspected' and at between $2 and $3`, [vehicle.id, new Date(drain.from_at.getTime() - overlapMs / 4), new Date(drain.to_at.getTime() + overlapMs / 4)]);
      if (!known) await this.ask(tx, vehicle, drain);
    }
  }

  private async ask(tx: Tx, vehicle: KnownVehicle, drain: LevelChange): Promise<void> {
    const minutes = Math.max(1, Math.round((drain.to_at.getTime() - drain.from_at.getTime()) / minuteMs));
    const held = await this.drivenBy.driverOf(tx, vehicle.id, drain.from_at);
    await this.watch.ask(tx, {
      kind: 'drain_suspected',
      question: `Why did the tank fall by ${shown(drain.litres)} l within ${minutes} minutes while the vehicle stood? Work on the tank, a sensor that sticks, fuel taken out?`,
      evidence: [{ what: 'tank_level', id: vehicle.id, facts: { from_at: drain.from_at.toISOString(), to_at: drain.to_at.toISOString(), from_l: shown(drain.from_l), to_l: shown(drain.to_l) } }],
      vehicle_id: vehicle.id,
      park_id: vehicle.park_id,
      driver_id: held?.driver_id ?? null,
      fill_up_id: null,
      at: drain.from_at,
    });
  }
}

const shown = (litres: number): number => Math.round(litres * 10) / 10;

const span = (levels: readonly Level[]): Record<string, string | number> => {
  const [first, last] = [levels[0], levels.at(-1)];
  return first && last ? { from_at: first.at.toISOString(), to_at: last.at.toISOString(), samples: levels.length } : {};
};

/** How far the vehicle was from the station, by the position nearest in time; undefined when none is near. */
function awayFrom(claim: Claimed, places: readonly Place[]): { metres: number; place: Place } | undefined {
  const station = claim.location?.coordinates;
  if (!station || places.length === 0) return undefined;
  const apart = (place: Place): number => Math.abs(place.at.getTime() - claim.at.getTime());
  const near = places.filter((place) => apart(place) <= 10 * minuteMs);
  // Receipts are printed minutes after the pump: the nearest place on the way counts.
  const metres = near.map((place) => ({ place, metres: metresBetween({ lat: station.latitude, lon: station.longitude }, place) }));
  return metres.sort((a, b) => a.metres - b.metres)[0];
}

export const watchTanksTask = defineTask({
  name: 'fuel_log.watch_tanks',
  about: 'Compares fill-ups with the rise of the tank and the place of the vehicle, and looks for falls nobody explained.',
  cron: '*/15 * * * *',
  timeoutMs: 290_000,
  retries: 2,
  idempotent: true,
  scope: 'house',
  run: (ctx) => ctx.get(TankWatch).lookEverywhere(ctx.signal),
});
