import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { workOff } from '@fleet/platform/jobs';
import { bucketOf, revived, type MotionState, type MotionWorld } from '../detect/motion';
import { checkpointsAround, eachSample, headsOf, keptBetween, movedVehicles, pageRows, readPage, sampleBefore, writeChanges, writeProgress, type MovedVehicle } from '../detect/motion-store';
import { reconcile, type Changes } from '../detect/reconcile';
import { MotionSettings } from '../detect/setting.service';
import { tellWithdrawn, tellWritten } from '../detect/tell';
import { FenceBook } from '../geofences/fence-book';
import { bucketMs } from '../pipeline/limits';
import { replaceFiveMinutes, type Placed } from '../rollup/five-minute-store';
import { lanes } from '../rollup/rollups';
import { dateOf, dayOf } from '../store/days';
import { ReadingAgain, ReadingOn, type Derived } from './vehicle-reading';
import { noteSpans, takeSpans, type Span } from './work-list';

const lockClass = 730_119_503;
/** One transaction: so many vehicles, or fewer when they have more to read. */
const vehiclesPerUnit = 500;
const bucketsPerUnit = 6000;
const picked = 1000;
const unitsAtOnce = 2;
/** A vehicle whose reading failed is tried again this much later, then after twice that, and so on. */
const ailingFirstMs = 60_000;
const ailingLastMs = 3_600_000;

interface Picked {
  vehicle_no: number;
  account_id: string;
  buckets: number;
}

/** A vehicle and its touched time; without any it was picked because a moment has come. */
interface Task {
  vehicle: MovedVehicle;
  head: MotionState | undefined;
  spans: readonly Span[];
}

interface Done {
  task: Task;
  derived: Derived;
}

// The account of a vehicle that was never read before stands in its samples.
const pickSql = `
  select p.vehicle_no, p.buckets, coalesce(h.account_id, (select n.account_id from telemetry_engine.account_number n where n.account_no =
           (select s.account_no from telemetry_engine.sample s where s.vehicle_no = p.vehicle_no limit 1))) as account_id
    from (select vehicle_no, max(n)::int as buckets from (
            (select vehicle_no, sum(date_part('epoch', to_at - from_at)) / ${bucketMs / 1000} as n from telemetry_engine.derive_work where vehicle_no > $1 group by vehicle_no order by vehicle_no limit $3) union all
            (select vehicle_no, 0 from telemetry_engine.motion_head where closes_at <= $2 and vehicle_no > $1 order by vehicle_no limit $3)) due
           group by vehicle_no order by vehicle_no limit $3) p
    left join telemetry_engine.motion_head h on h.vehicle_no = p.vehicle_no order by p.vehicle_no`;

/**
 * Reads the samples of vehicles that have new ones, once, and keeps five minutes, trips, stops and detections as they tell them
 * now. Notes, what was found, news and how far it read are one transaction, and a vehicle is read by one at a time.
 */
@Injectable()
export class Deriver {
  private readonly log = new Logger('telemetry');
  private readonly ensuredDays = new Set<number>();
  private readonly ailing = new Map<number, { waitMs: number; untilMs: number }>();
  /** Vehicles that could not be read, counted once for each try. */
  failures = 0;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly settings: MotionSettings,
    private readonly fences: FenceBook,
  ) {}

  /** One round over all vehicles with something to do. `all`: also five minutes that still go on. Answers how many were read. */
  async work(signal?: AbortSignal, all = true): Promise<number> {
    let done = 0;
    for (let after = 0; !signal?.aborted; ) {
      const vehicles = await this.db.systemRead('telemetry_engine.derive', (tx) => tx.sql<Picked>(pickSql, [after, this.clock.now(), picked]));
      const last = vehicles.at(-1);
      if (!last) return done;
      after = last.vehicle_no;
      // While one waits for the database the other computes.
      await workOff(unitsOf(vehicles.filter((v) => this.isDue(v.vehicle_no))), unitsAtOnce, async ({ accountId, numbers }) => {
        if (signal?.aborted) return;
        const read = await this.together(accountId, numbers, all);
        // Added afterwards: the other one counts meanwhile.
        done += read;
      });
    }
    return done;
  }

  /** One vehicle that cannot be read must not keep the others of its unit from being read: the unit is halved until it stands alone. */
  private async together(accountId: string, numbers: readonly number[], all: boolean): Promise<number> {
    try {
      const done = await this.unit(accountId, numbers, all);
      if (this.ailing.size > 0) for (const no of numbers) this.ailing.delete(no);
      return done;
    } catch (error) {
      if (isOfTheDatabase(error)) throw error;
      const middle = numbers.length >> 1;
      if (middle > 0) return (await this.together(accountId, numbers.slice(0, middle), all)) + (await this.together(accountId, numbers.slice(middle), all));
      this.setAside(numbers[0] as number, accountId, error);
      return 0;
    }
  }

  private isDue(vehicleNo: number): boolean {
    return (this.ailing.get(vehicleNo)?.untilMs ?? 0) <= this.clock.now().getTime();
  }

  /** Its marks stay where they are, so nothing is forgotten meanwhile. */
  private setAside(vehicle_no: number, account_id: string, error: unknown): void {
    const waitMs = Math.min(ailingLastMs, (this.ailing.get(vehicle_no)?.waitMs ?? ailingFirstMs / 2) * 2);
    this.ailing.set(vehicle_no, { waitMs, untilMs: this.clock.now().getTime() + waitMs });
    this.failures += 1;
    this.log.error({ err: error, vehicle_no, account_id, again_in_s: waitMs / 1000 }, 'the samples of a vehicle could not be read; the others go on');
  }

  private unit(accountId: string, numbers: readonly number[], all: boolean): Promise<number> {
    return this.db.write(systemActor(accountId, 'telemetry_engine.derive'), async (tx) => {
      tx.withoutAudit('derived from samples, which are the record');
      const tasks = await this.take(tx, numbers);
      if (tasks.length === 0) return 0;
      const base = await this.settings.of(tx);
      const index = await this.fences.of(tx);
      const worldOf = ({ vehicle }: Task): MotionWorld => ({
        rules: vehicle.limit_kmh === null ? base : { ...base, overspeed_kmh: vehicle.limit_kmh },
        fences: { index, park_id: vehicle.park_id },
      });
      const done = await this.read(tx, tasks, worldOf, all);
      const further = await this.keepMotion(tx, done);
      await tx.beyondAccount('work belongs to vehicles by number alone', () => this.keepRollups(tx, done, further));
      return tasks.length;
    });
  }

  /** Whoever else is at a vehicle takes what is noted; we see it gone. */
  private async take(tx: Tx, numbers: readonly number[]): Promise<Task[]> {
    const { mine, spans } = await tx.beyondAccount('work belongs to vehicles by number alone', async () => {
      const locked = await tx.sql<{ v: number }>('select v from unnest($1::int[]) v where pg_try_advisory_xact_lock($2, v)', [numbers, lockClass]);
      const nos = locked.map((l) => l.v);
      return { mine: nos, spans: await takeSpans(tx, nos) };
    });
    const heads = new Map((await headsOf(tx, mine)).map((head) => [head.vehicle_no, head.state]));
    return (await movedVehicles(tx, mine)).map((vehicle) => {
      const headText = heads.get(vehicle.vehicle_no);
      return { vehicle, head: headText === undefined ? undefined : revived(headText), spans: spans.get(vehicle.vehicle_no) ?? [] };
    });
  }

  private async read(tx: Tx, tasks: readonly Task[], worldOf: (task: Task) => MotionWorld, all: boolean): Promise<Done[]> {
    const now = this.clock.now().getTime();
    const readings = new Map(tasks.filter((t) => !isLate(t)).map((t) => [t.vehicle.vehicle_no, new ReadingOn(t.head, worldOf(t), t.spans, now)]));
    await eachSample(tx, [...readings].map(([vehicle_no, { from_ms, to_ms }]) => ({ vehicle_no, from_ms, to_ms })), (no, point) => readings.get(no)?.take(point));
    const done: Done[] = [];
    for (const task of tasks) {
      const reading = readings.get(task.vehicle.vehicle_no);
      const on = reading && (task.spans.length === 0 || reading.goesOn);
      done.push({ task, derived: on ? reading.finish(all) : await this.readAgain(tx, task, worldOf(task), now) });
    }
    return done;
  }

  private async readAgain(tx: Tx, { vehicle: { vehicle_no }, spans }: Task, world: MotionWorld, now: number): Promise<Derived> {
    const [firstMs, lastMs] = [(spans[0] as Span).from_ms, (spans.at(-1) as Span).to_ms];
    const { start, later } = await checkpointsAround(tx, vehicle_no, firstMs);
    const before = await sampleBefore(tx, vehicle_no, firstMs);
    const reading = new ReadingAgain(start, later, world, spans, before?.at_ms);
    // Most end at the first state kept after the late samples, so nothing beyond it is asked for at first.
    const meets = Math.min(...[...later.keys()].filter((slot) => slot >= lastMs)) + 2 * bucketMs;
    for (let [from, to] = [reading.from_ms, meets]; ; ) {
      const page = await readPage(tx, vehicle_no, from, to);
      const more = page.map((c) => reading.take(c)).at(-1) ?? true;
      if (!more || (page.length < pageRows && to === Infinity)) return reading.finish(now);
      from = (page.at(-1)?.at_ms ?? from - 1) + 1;
      if (page.length < pageRows) to = Infinity;
    }
  }

  /** Answers the five minutes whose count of harsh driving is another now. */
  private async keepMotion(tx: Tx, done: readonly Done[]): Promise<Span[]> {
    const kept = await keptBetween(tx, done.map(({ task, derived: { motion } }) => ({ vehicle_no: task.vehicle.vehicle_no, after_ms: motion.after_ms, until_ms: motion.until_ms })));
    const changed = done.map(({ task: { vehicle }, derived: { motion } }) => ({ vehicle, changes: reconcile(kept.get(vehicle.vehicle_no) ?? [], motion.found) }));
    await tellWithdrawn(tx, changed.flatMap(({ vehicle, changes }) => changes.withdraw.map((kept) => ({ vehicle, kept }))));
    await tellWritten(tx, await writeChanges(tx, changed));
    await writeProgress(tx, done.map(({ task, derived: { motion } }) => ({ vehicle_no: task.vehicle.vehicle_no, head: motion.head, checkpoints: motion.checkpoints })));
    return changed.flatMap(({ vehicle: { vehicle_no }, changes }) => harshTimes(changes).map((ms) => ({ vehicle_no, from_ms: bucketOf(ms) * bucketMs, to_ms: (bucketOf(ms) + 1) * bucketMs })));
  }

  /** Harsh driving found outside of the five minutes at hand is counted by the next reading. */
  private async keepRollups(tx: Tx, done: readonly Done[], harsh: readonly Span[]): Promise<void> {
    const places = done.flatMap(({ task, derived }) => derived.buckets.map((bucket): Placed => ({ vehicle_no: task.vehicle.vehicle_no, bucket })));
    await this.ensureDays(tx, places);
    await replaceFiveMinutes(tx, tx.accountId, places, lanes);
    if (harsh.length === 0) return;
    const written = new Set(places.map(({ vehicle_no, bucket }) => `${vehicle_no} ${bucket.at_ms}`));
    const further = harsh.filter(({ vehicle_no, from_ms }) => !written.has(`${vehicle_no} ${from_ms}`));
    if (further.length > 0) await noteSpans(tx, further);
  }

  private async ensureDays(tx: Tx, places: readonly Placed[]): Promise<void> {
    const days = [...new Set(places.map(({ bucket }) => dayOf(bucket.at_ms)))].filter((day) => !this.ensuredDays.has(day));
    for (const day of days) await tx.sql('select telemetry_engine.ensure_rollup_days($1, $1)', [dateOf(day)]);
    tx.afterCommit(() => days.forEach((day) => this.ensuredDays.add(day)));
  }
}

/** The database is away, busy or ended our statement: no vehicle's fault. What it says of a value is one. */
function isOfTheDatabase(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  return typeof code === 'string' ? !/^(22|23)/.test(code) : /connect|terminated|timeout|not queryable/i.test(message ?? '');
}

/** Marks older than the five minutes of the newest sample: no need to count. */
const isLate = ({ head, spans }: Task): boolean => head?.last !== undefined && spans[0] !== undefined && spans[0].from_ms < bucketOf(head.last.at_ms) * bucketMs;

/** When harsh driving appeared, moved or went: the rollups count it. */
function harshTimes({ insert, update, withdraw }: Changes): number[] {
  const touched = [...insert, ...withdraw, ...update.flatMap(({ kept, found, anew }) => (anew ? [kept, found] : []))];
  return touched.filter((one) => one.kind.startsWith('harsh_')).map((one) => one.from_ms);
}

function unitsOf(vehicles: readonly Picked[]): { accountId: string; numbers: number[] }[] {
  const units: { accountId: string; numbers: number[] }[] = [];
  const open = new Map<string, { numbers: number[]; buckets: number }>();
  for (const { vehicle_no, account_id, buckets } of vehicles) {
    if (!account_id) continue;
    let unit = open.get(account_id);
    if (!unit || unit.numbers.length >= vehiclesPerUnit || unit.buckets + buckets > bucketsPerUnit) {
      open.set(account_id, (unit = { numbers: [], buckets: 0 }));
      units.push({ accountId: account_id, numbers: unit.numbers });
    }
    unit.numbers.push(vehicle_no);
    unit.buckets += buckets;
  }
  return units;
}
