import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { everyRow, invalid, listPage, notFound, Where, type ListSpec, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { readPage, pageRows } from '../detect/motion-store';
import { dayMs } from '../pipeline/limits';
import { numbersAsked, withPlates } from '../read/vehicle-choice';
import { placeOf, type Point } from './point';
import { simplifiedTo } from './simplify';
import type { FleetPeriodQuery, PeriodQuery, StopView, TrackPointView, TripView, TripWithTrackView } from './trip.dto';

const spanMax = 93 * dayMs;
const trackMax = 2000;
const toleranceM = 10;

export interface Period {
  from: Date;
  to: Date;
}

/** The last day unless said; what is kept goes back ninety days. */
export function periodOf(said: { from?: string; to?: string }, now: Date): Period {
  const to = said.to ? new Date(said.to) : now;
  const from = said.from ? new Date(said.from) : new Date(to.getTime() - dayMs);
  if (from >= to) throw invalid('BAD_SPAN', 'from must be before to.', { errors: [{ field: 'from', code: 'too_large', detail: 'from must be before to' }] });
  if (to.getTime() - from.getTime() > spanMax) throw invalid('SPAN_TOO_LONG', 'Ask for at most 93 days.', { errors: [{ field: 'from', code: 'too_small', detail: 'from must be at most 93 days before to' }] });
  return { from, to };
}

type Kind = 'trip' | 'stop';
type Row = { id: string; vehicle_id: string; revision: number; from_at: Date; to_at: Date | null; body: Record<string, unknown> };

const columns = 't.id, t.vehicle_id, t.revision, t.from_at, t.to_at, t.body';
const sorts = { from_at: { sql: 't.from_at', type: 'timestamptz' } } as const;
const key = { sql: 't.id', type: 'uuid' } as const;
const unknownYet = { to_place: null, distance_km: null, moving_s: null, idle_s: null, stopped_s: null, no_data_s: null, max_speed_kmh: null, fuel_l: null, ended_by: null, harsh_judged_share: null };

@Injectable()
export class Trips {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
  ) {}

  list(actor: Actor, vehicleId: string, query: PeriodQuery): Promise<Page<TripView>> {
    return this.stretches(actor, vehicleId, 'trip', query) as Promise<Page<TripView>>;
  }

  stops(actor: Actor, vehicleId: string, query: PeriodQuery): Promise<Page<StopView>> {
    return this.stretches(actor, vehicleId, 'stop', query) as Promise<Page<StopView>>;
  }

  /** Of every vehicle the actor may see. What began earlier is not looked for: a stop may have lasted a month. */
  fleet(actor: Actor, kind: Kind, query: FleetPeriodQuery): Promise<Page<object>> {
    return this.db.read(actor, async (tx) => {
      const page = await listPage<Row>(tx, await this.fleetList(tx, kind, query), query);
      return { ...page, items: (await withPlates(tx, this.vehicles, page.items)).map(viewOf) };
    });
  }

  /** The same in pages, for a file. */
  async *everyOne<View>(tx: ReadTx, kind: Kind, query: FleetPeriodQuery): AsyncGenerator<View[]> {
    for await (const rows of everyRow<Row>(tx, await this.fleetList(tx, kind, query), query)) yield (await withPlates(tx, this.vehicles, rows)).map(viewOf) as View[];
  }

  private async fleetList(tx: ReadTx, kind: Kind, query: FleetPeriodQuery): Promise<ListSpec> {
    const { from, to } = periodOf(query, this.clock.now());
    const numbers = await numbersAsked(tx, this.vehicles, query);
    const where = new Where().and('t.account_id = ?', tx.accountId).and('t.kind = ?', kind).and('t.from_at >= ?', from).and('t.from_at < ?', to).and('t.vehicle_no = any(?)', numbers);
    return { select: columns, from: 'telemetry_engine.stretch t', where, sorts, defaultSort: '-from_at', key };
  }

  withTrack(actor: Actor, vehicleId: string, tripId: string): Promise<TripWithTrackView> {
    return this.db.read(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, vehicleId);
      const row = await tx.one<Row>(`select ${columns} from telemetry_engine.stretch t where t.id = $1 and t.vehicle_no = $2 and t.kind = 'trip'`, [tripId, vehicle.vehicle_no]);
      if (!row) throw notFound('trip of this vehicle', tripId);
      const points = await trackOf(tx, vehicle.vehicle_no, row.from_at, row.to_at ?? this.clock.now());
      return { ...(viewOf({ ...row, plate: vehicle.plate }) as unknown as TripView), track_kept: points.length > 0, track: simplifiedTo(points, toleranceM, trackMax) };
    });
  }

  private stretches(actor: Actor, vehicleId: string, kind: Kind, query: PeriodQuery): Promise<Page<object>> {
    const { from, to } = periodOf(query, this.clock.now());
    return this.db.read(actor, async (tx) => {
      const { vehicle_no, plate } = await this.vehicles.require(tx, vehicleId);
      const where = new Where().and('t.vehicle_no = ?', vehicle_no).and('t.kind = ?', kind).and('t.from_at < ?', to).and(`coalesce(t.to_at, 'infinity') > ?`, from);
      const page = await listPage<Row>(tx, { select: columns, from: 'telemetry_engine.stretch t', where, sorts, defaultSort: 'from_at', key }, query);
      return { ...page, items: page.items.map((row) => viewOf({ ...row, plate })) };
    });
  }
}

const viewOf = ({ body, ...row }: Row & { plate: string }): object => ({ ...unknownYet, ...row, ...body });

async function trackOf(tx: ReadTx, vehicleNo: number, from: Date, to: Date): Promise<TrackPointView[]> {
  const points: Point[] = [];
  for (let fromMs = from.getTime(); ; ) {
    const page = await readPage(tx, vehicleNo, fromMs, to.getTime() + 1);
    points.push(...page.filter(placeOf));
    if (page.length < pageRows) break;
    fromMs = (page.at(-1)?.at_ms ?? fromMs) + 1;
  }
  return points.map((p) => ({ at: new Date(p.at_ms), lat: p.lat as number, lon: p.lon as number, speed_kmh: p.speed_kmh ?? null }));
}
