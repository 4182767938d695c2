import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Db, statement, type Tx } from '@fleet/platform/database';
import { marks } from '../pipeline/reasons';
import type { Sample } from '../sample';
import type { RoutedVehicle, SampleRow } from './sample-row';

/** Devices spread what they know over several reports, so the last known value of each counts. */
const carried = ['speed_kmh', 'ignition', 'odometer_km', 'fuel_level_l', 'fuel_level_pct', 'voltage_v'] as const;
type Carried = Pick<Sample, (typeof carried)[number]>;

interface LastState extends Carried {
  vehicle: RoutedVehicle;
  at_ms: number;
  received_ms: number;
  /** The newest sample with a position to trust; often the newest of all. */
  placed: SampleRow | undefined;
}

const flushEveryMs = 1000;
const chunkRows = 5000;

const upsert = statement<object>(`
  insert into telemetry_engine.last_position as l (vehicle_no, account_id, vehicle_id, at, received_at, position_at, lat, lon, heading_deg, speed_kmh, ignition,
         odometer_km, fuel_level_l, fuel_level_pct, voltage_v)
  select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::float8[], $8::float8[], $9::real[], $10::real[], $11::boolean[],
         $12::float8[], $13::real[], $14::real[], $15::real[])
  on conflict (vehicle_no) do update set
    at = greatest(l.at, excluded.at),
    received_at = case when excluded.at >= l.at then excluded.received_at else l.received_at end,
    speed_kmh = case when excluded.at >= l.at then coalesce(excluded.speed_kmh, l.speed_kmh) else l.speed_kmh end,
    ignition = case when excluded.at >= l.at then coalesce(excluded.ignition, l.ignition) else l.ignition end,
    odometer_km = case when excluded.at >= l.at then coalesce(excluded.odometer_km, l.odometer_km) else l.odometer_km end,
    fuel_level_l = case when excluded.at >= l.at then coalesce(excluded.fuel_level_l, l.fuel_level_l) else l.fuel_level_l end,
    fuel_level_pct = case when excluded.at >= l.at then coalesce(excluded.fuel_level_pct, l.fuel_level_pct) else l.fuel_level_pct end,
    voltage_v = case when excluded.at >= l.at then coalesce(excluded.voltage_v, l.voltage_v) else l.voltage_v end,
    lat = case when excluded.position_at >= coalesce(l.position_at, '-infinity') then excluded.lat else l.lat end,
    lon = case when excluded.position_at >= coalesce(l.position_at, '-infinity') then excluded.lon else l.lon end,
    heading_deg = case when excluded.position_at >= coalesce(l.position_at, '-infinity') then excluded.heading_deg else l.heading_deg end,
    position_at = greatest(l.position_at, excluded.position_at),
    flushed_at = clock_timestamp()
  where excluded.at >= l.at or excluded.position_at >= coalesce(l.position_at, '-infinity')`);

/** A crash between a commit and the next flush leaves the last word of a vehicle behind its samples. */
const catchUp = `
  update telemetry_engine.last_position l set at = s.at, received_at = s.received_at, speed_kmh = s.speed_kmh, ignition = coalesce(s.ignition, l.ignition),
         odometer_km = coalesce(s.odometer_km, l.odometer_km), position_at = case when s.placed then s.at else l.position_at end,
         lat = case when s.placed then s.lat else l.lat end, lon = case when s.placed then s.lon else l.lon end,
         heading_deg = case when s.placed then s.heading_deg else l.heading_deg end, flushed_at = clock_timestamp()
    from telemetry_engine.last_position o
    cross join lateral (select r.*, r.lat is not null and r.valid is not false and r.flags & ${marks.jump} = 0 as placed from telemetry_engine.reading r
                         where r.vehicle_no = o.vehicle_no and r.at > o.at order by r.at desc limit 1) s
   where l.vehicle_no = o.vehicle_no`;

/** The last word of each vehicle: collected in memory, written once a second however many samples came. */
@Injectable()
export class LastPositions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('telemetry');
  private pending = new Map<number, LastState>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Db,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.FLEET_ROLES.includes('ingest')) return;
    void this.db.system('telemetry_engine.last_positions', (tx) => tx.execute(catchUp)).catch((error: unknown) => this.log.warn({ err: error }, 'last positions were not caught up'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
  }

  offer(row: SampleRow): void {
    collect(this.pending, row);
    this.flushSoon();
  }

  private flushSoon(): void {
    this.timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
  }

  /** Writes what has changed. One flush at a time; what cannot be written now is kept for the next. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing = this.flushing.then(() => this.flushNow());
    return this.flushing;
  }

  private async flushNow(): Promise<void> {
    const states = [...this.pending.values()].sort((a, b) => a.vehicle.vehicle_no - b.vehicle.vehicle_no);
    this.pending = new Map();
    for (let i = 0; i < states.length; i += chunkRows) {
      const chunk = states.slice(i, i + chunkRows);
      try {
        await this.db.system('telemetry_engine.last_positions', (tx) => write(tx, chunk));
      } catch (error) {
        this.log.warn({ err: error, vehicles: chunk.length }, 'last positions wait for the database');
        // What came meanwhile is newer in nearly every case; the statement decides by device time anyway.
        for (const state of chunk) if (!this.pending.has(state.vehicle.vehicle_no)) this.pending.set(state.vehicle.vehicle_no, state);
        this.flushSoon();
      }
    }
  }
}

/** The last words of samples that were stored without this program's pipeline, as a seed does. */
export function writeLastOf(tx: Tx, rows: readonly SampleRow[]): Promise<void> {
  const last = new Map<number, LastState>();
  for (const row of rows) collect(last, row);
  return write(tx, [...last.values()]);
}

function collect(last: Map<number, LastState>, row: SampleRow): void {
  const { vehicle, sample } = row;
  const placed = isPlaced(row);
  const known = last.get(vehicle.vehicle_no);
  if (!known) {
    last.set(vehicle.vehicle_no, carry({ vehicle, at_ms: sample.at_ms, received_ms: row.received_ms, placed: placed ? row : undefined }, sample));
    return;
  }
  if (placed && sample.at_ms >= (known.placed?.sample.at_ms ?? 0)) known.placed = row;
  if (sample.at_ms < known.at_ms) return;
  known.at_ms = sample.at_ms;
  known.received_ms = row.received_ms;
  carry(known, sample);
}

async function write(tx: Tx, states: readonly LastState[]): Promise<void> {
  const column = <T>(of: (s: LastState) => T | undefined): (T | null)[] => states.map((s) => of(s) ?? null);
  await tx.sql(upsert, [
    column((s) => s.vehicle.vehicle_no),
    column((s) => s.vehicle.account_id),
    column((s) => s.vehicle.vehicle_id),
    column((s) => new Date(s.at_ms)),
    column((s) => new Date(s.received_ms)),
    column((s) => s.placed && new Date(s.placed.sample.at_ms)),
    column((s) => s.placed?.sample.lat),
    column((s) => s.placed?.sample.lon),
    column((s) => s.placed?.sample.heading_deg),
    ...carried.map((field) => column((s) => s[field])),
  ]);
}

const isPlaced = ({ sample, marks: found }: SampleRow): boolean => sample.lat !== undefined && sample.valid !== false && (found & marks.jump) === 0;

/** What was not said stays as it was. Written out: this runs for every sample. */
function carry(state: LastState, sample: Sample): LastState {
  if (sample.speed_kmh !== undefined) state.speed_kmh = sample.speed_kmh;
  if (sample.ignition !== undefined) state.ignition = sample.ignition;
  if (sample.odometer_km !== undefined) state.odometer_km = sample.odometer_km;
  if (sample.fuel_level_l !== undefined) state.fuel_level_l = sample.fuel_level_l;
  if (sample.fuel_level_pct !== undefined) state.fuel_level_pct = sample.fuel_level_pct;
  if (sample.voltage_v !== undefined) state.voltage_v = sample.voltage_v;
  return state;
}
