import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type Tx } from '@fleet/platform/database';
import { FenceBook } from '../geofences/fence-book';
import { bucketMs } from '../pipeline/limits';
import { noteRollups } from '../rollup/rollups';
import { bucketOf, revived, type MotionState, type MotionWorld } from './motion';
import { checkpointsAround, headsOf, eachPoint, keptBetween, movedVehicles, pageRows, readPoints, writeChanges, writeProgress, type MovedVehicle } from './motion-store';
import { reconcile, type Changes } from './reconcile';
import { MotionSettings } from './setting.service';
import { tellWithdrawn, tellWritten } from './tell';
import { ReadingOn, VehicleRun, type RunResult } from './vehicle-run';

const lockClass = 730_119_503;
/** One transaction: so many vehicles, or fewer when they have more to read. */
const vehiclesPerUnit = 250;
const bucketsPerUnit = 6000;
const picked = 1000;
/** A vehicle whose reading failed is tried again this much later, then after twice that, and so on. */
const ailingFirstMs = 60_000;
const ailingLastMs = 3_600_000;

interface Picked {
  vehicle_no: number;
  account_id: string;
  buckets: number;
}

/** A vehicle's dirty time; without one it was picked because silence has ended something. */
interface Task {
  vehicle: MovedVehicle;
  head: MotionState | undefined;
  dirty: { from_ms: number; to_ms: number } | undefined;
}

// The account of a vehicle that was never read before stands in its samples.
const pickSql = `
  select p.vehicle_no, p.buckets, coalesce(h.account_id, (select n.account_id from telemetry_engine.account_number n where n.account_no =
           (select s.account_no from telemetry_engine.sample s where s.vehicle_no = p.vehicle_no limit 1))) as account_id
    from (select vehicle_no, max(n)::int as buckets from (
            (select vehicle_no, count(*) as n from telemetry_engine.motion_work where vehicle_no > $1 group by vehicle_no order by vehicle_no limit $3) union all
            (select vehicle_no, 0 from telemetry_engine.motion_head where closes_at <= $2 and vehicle_no > $1 order by vehicle_no limit $3)) due
           group by vehicle_no order by vehicle_no limit $3) p
    left join telemetry_engine.motion_head h on h.vehicle_no = p.vehicle_no order by p.vehicle_no`;

/**
 * Reads the samples of vehicles that have new ones and keeps trips, stops and detections as they tell them now. Marks,
 * what was found, news and how far it read are one transaction, and a vehicle is read by one at a time.
 */
@Injectable()
export class MotionRunner {
  private readonly log = new Logger('telemetry');
  private readonly ailing = new Map<number, { waitMs: number; untilMs: number }>();
  /** Vehicles that could not be read, counted once for each try. */
  failures = 0;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly settings: MotionSettings,
    private readonly fences: FenceBook,
  ) {}

  /** One round over all vehicles with something to do. Answers how many were read. */
  async work(signal?: AbortSignal): Promise<number> {
    let done = 0;
    for (let after = 0; !signal?.aborted; ) {
      const vehicles = await this.db.systemRead('telemetry_engine.motion', (tx) => tx.sql<Picked>(pickSql, [after, this.clock.now(), picked]));
      const last = vehicles.at(-1);
      if (!last) return done;
      after = last.vehicle_no;
      for (const { accountId, numbers } of unitsOf(vehicles.filter((v) => this.isDue(v.vehicle_no)))) {
        if (!signal?.aborted) done += await this.together(accountId, numbers);
      }
    }
    return done;
  }

  /** One vehicle that cannot be read must not keep the others of its unit from being read: the unit is halved until it stands alone. */
  private async together(accountId: string, numbers: readonly number[]): Promise<number> {
    try {
      const done = await this.unit(accountId, numbers);
      if (this.ailing.size > 0) for (const no of numbers) this.ailing.delete(no);
      return done;
    } catch (error) {
      if (isOfTheDatabase(error)) throw error;
      const middle = numbers.length >> 1;
      if (middle > 0) return (await this.together(accountId, numbers.slice(0, middle))) + (await this.together(accountId, numbers.slice(middle)));
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

  private unit(accountId: string, numbers: readonly number[]): Promise<number> {
    return this.db.write(systemActor(accountId, 'telemetry_engine.motion'), async (tx) => {
      tx.withoutAudit('derived from samples, which are the record');
      const tasks = await this.take(tx, numbers);
      if (tasks.length === 0) return 0;
      const base = await this.settings.of(tx);
      const index = await this.fences.of(tx);
      const worldOf = ({ vehicle }: Task): MotionWorld => ({
        rules: vehicle.limit_kmh === null ? base : { ...base, overspeed_kmh: vehicle.limit_kmh },
        fences: { index, park_id: vehicle.park_id },
      });
      const results = await this.readOn(tx, tasks, worldOf);
      await this.keep(tx, results);
      return tasks.length;
    });
  }

  /** Whoever else is at a vehicle takes what is marked; we see it gone. */
  private async take(tx: Tx, numbers: readonly number[]): Promise<Task[]> {
    const { mine, marks } = await tx.beyondAccount('marks belong to vehicles by number alone', async () => {
      const locked = await tx.sql<{ v: number }>('select v from unnest($1::int[]) v where pg_try_advisory_xact_lock($2, v)', [numbers, lockClass]);
      const nos = locked.map((l) => l.v);
      const taken = await tx.sql<{ vehicle_no: number; bucket_at: Date }>('delete from telemetry_engine.motion_work where vehicle_no = any($1::int[]) returning vehicle_no, bucket_at', [nos]);
      return { mine: nos, marks: taken };
    });
    const dirty = new Map<number, { from_ms: number; to_ms: number }>();
    for (const { vehicle_no, bucket_at } of marks) {
      const at = bucket_at.getTime();
      const known = dirty.get(vehicle_no);
      dirty.set(vehicle_no, { from_ms: Math.min(known?.from_ms ?? at, at), to_ms: Math.max(known?.to_ms ?? 0, at + bucketMs) });
    }
    const heads = new Map((await headsOf(tx, mine)).map((head) => [head.vehicle_no, head.state]));
    return (await movedVehicles(tx, mine)).map((vehicle) => {
      const headText = heads.get(vehicle.vehicle_no);
      return { vehicle, head: headText === undefined ? undefined : revived(headText), dirty: dirty.get(vehicle.vehicle_no) };
    });
  }

  private async readOn(tx: Tx, tasks: readonly Task[], worldOf: (task: Task) => MotionWorld): Promise<{ task: Task; result: RunResult }[]> {
    const now = this.clock.now().getTime();
    const readings = new Map(tasks.filter((t) => !isLate(t)).map((t) => [t.vehicle.vehicle_no, new ReadingOn(t.head, worldOf(t), now)]));
    const from = tasks.filter((t) => t.dirty && !isLate(t)).map((t): [number, number] => [t.vehicle.vehicle_no, startOf(t)]);
    await eachPoint(tx, new Map(from), (no, point) => readings.get(no)?.take(point));
    const results: { task: Task; result: RunResult }[] = [];
    for (const task of tasks) {
      const reading = readings.get(task.vehicle.vehicle_no);
      const on = reading && (!task.dirty || reading.goesOn());
      results.push({ task, result: on ? await this.readFrom(tx, task, reading, now) : await this.readAgain(tx, task, worldOf(task), now) });
    }
    return results;
  }

  /** The usual way: on from the newest sample. */
  private async readFrom(tx: Tx, task: Task, { run, count, newestMs }: ReadingOn, now: number): Promise<RunResult> {
    if (count === pageRows) await readPages(tx, run, task.vehicle.vehicle_no, newestMs);
    return run.finish(now);
  }

  /** Something came late: from the newest state that cannot know it, until nothing differs any more. */
  private async readAgain(tx: Tx, task: Task, world: MotionWorld, now: number): Promise<RunResult> {
    const dirty = task.dirty ?? { from_ms: 0, to_ms: 0 };
    const { start, later } = await checkpointsAround(tx, task.vehicle.vehicle_no, dirty.from_ms);
    const run = new VehicleRun(start?.state, world, later, dirty.to_ms);
    await readPages(tx, run, task.vehicle.vehicle_no, start?.at_ms ?? 0);
    return run.finish(now);
  }

  private async keep(tx: Tx, results: readonly { task: Task; result: RunResult }[]): Promise<void> {
    const kept = await keptBetween(tx, results.map(({ task, result }) => ({ vehicle_no: task.vehicle.vehicle_no, after_ms: result.after_ms, until_ms: result.until_ms })));
    const all = results.map(({ task, result }) => ({ vehicle: task.vehicle, changes: reconcile(kept.get(task.vehicle.vehicle_no) ?? [], result.found) }));
    await tellWithdrawn(tx, all.flatMap(({ vehicle, changes }) => changes.withdraw.map((kept) => ({ vehicle, kept }))));
    await tellWritten(tx, await writeChanges(tx, all));
    const harsh = all.flatMap(({ vehicle, changes }) => harshTimes(changes).map((ms) => ({ vehicle_no: vehicle.vehicle_no, bucket_at: new Date(bucketOf(ms) * bucketMs) })));
    await writeProgress(tx, results.map(({ task, result }) => ({ vehicle_no: task.vehicle.vehicle_no, head: result.head, checkpoints: result.checkpoints })));
    if (harsh.length > 0) await tx.beyondAccount('marks belong to vehicles by number alone', () => noteRollups(tx, harsh));
  }
}

async function readPages(tx: Tx, run: VehicleRun, vehicleNo: number, afterMs: number): Promise<void> {
  for (let after = afterMs; ; ) {
    const page = await readPoints(tx, vehicleNo, after);
    if (!run.take(page) || page.length < pageRows) return;
    after = page.at(-1)?.at_ms ?? after;
  }
}

/** The database is away, busy or ended our statement: no vehicle's fault. What it says of a value is one. */
function isOfTheDatabase(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  return typeof code === 'string' ? !/^(22|23)/.test(code) : /connect|terminated|timeout|not queryable/i.test(message ?? '');
}

/** Marks older than the five minutes of the newest sample: no need to count. */
const isLate = ({ head, dirty }: Task): boolean => head?.last !== undefined && dirty !== undefined && dirty.from_ms < bucketOf(head.last.at_ms) * bucketMs;
const startOf = ({ head }: Task): number => (head?.last ? bucketOf(head.last.at_ms) * bucketMs - 1 : 0);

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
