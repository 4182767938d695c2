import { Injectable, Inject, Logger, type OnApplicationBootstrap, type OnModuleDestroy, type Type } from '@nestjs/common';
import { Cron, SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../clock';
import { CONFIG, type Config } from '../config';
import { Db } from '../database';
import { TaskList, type Task } from './define-task';
import { runStore } from './run-store';
import { wakeFeeders } from './wake';

/** A timer this late still fires its slot; later ones are found by the minute's look at what was missed. */
const lateMs = 60_000;
/** A timer may fire this early when the machine's clock is corrected. */
const earlyMs = 500;
const catchUpMs = 60_000;
/** During a rolling deploy another version may still know the task. */
const unknownGraceMs = 15 * 60_000;

/** Turns the schedule into runs. Every worker fires every slot; the unique key of jobs.run lets one win. */
@Injectable()
export class Slots implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('jobs');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly tasks: TaskList,
    private readonly registry: SchedulerRegistry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.isWorker) return;
    const look = async (): Promise<void> => {
      try {
        await this.catchUp();
        await runStore.buryUnknown(this.db, this.tasks.names, unknownGraceMs);
      } catch (error) {
        this.log.warn(`cannot look for missed slots: ${(error as Error).message}`);
      }
    };
    this.timer = setInterval(() => void look(), catchUpMs);
    this.timer.unref();
    setImmediate(() => void look());
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Called by the timer of that task. */
  async fire(task: Task): Promise<void> {
    if (!this.isWorker) return;
    const slot = this.slotNow(task);
    if (!slot) return;
    try {
      await this.queue(task.name, slot);
    } catch (error) {
      this.log.warn(`slot ${slot.toISOString()} of ${task.name} was not queued, the next look finds it: ${(error as Error).message}`);
    }
  }

  /** Slots that passed while no worker ran, or while the machine slept: each task makes up for them with one run. */
  async catchUp(): Promise<number> {
    const scheduled = this.tasks.all.filter((t) => t.cron);
    const latest = await runStore.latestSlots(this.db, scheduled.map((t) => t.name));
    let fired = 0;
    for (const task of scheduled) {
      const last = latest.get(task.name);
      const missed = last && this.nextAfter(task.name, last);
      if (missed && missed.getTime() < this.clock.now().getTime() - earlyMs - 2000 && (await this.queue(task.name, missed))) fired += 1;
    }
    return fired;
  }

  nextSlot(task: Task): Date | null {
    return task.cron ? this.nextAfter(task.name, this.clock.now()) : null;
  }

  private get isWorker(): boolean {
    return this.config.FLEET_ROLES.includes('worker');
  }

  private async queue(task: string, slot: Date): Promise<boolean> {
    const state = await runStore.fire(this.db, task, slot);
    if (state === 'skipped') this.log.warn(`${task} is still running; its slot ${slot.toISOString()} was skipped`);
    if (state) wakeFeeders();
    return state !== undefined;
  }

  /** The instant this firing belongs to, the same on every replica however late its timer was. */
  private slotNow(task: Task): Date | undefined {
    const nowMs = this.clock.now().getTime();
    let slot: Date | undefined;
    for (let at = new Date(nowMs - lateMs); ; slot = at) {
      at = this.nextAfter(task.name, at);
      if (at.getTime() > nowMs + earlyMs) return slot;
    }
  }

  private nextAfter(name: string, from: Date): Date {
    return this.registry.getCronJob(name).cronTime.getNextDateFrom(from, 'UTC').toJSDate();
  }
}

/** A provider with one `@Cron` method per scheduled task, so that @nestjs/schedule keeps the timers. */
export function slotTimers(tasks: readonly Task[]): Type<unknown> {
  @Injectable()
  class SlotTimers {
    constructor(readonly slots: Slots) {}
  }
  for (const task of tasks.filter((t) => t.cron)) {
    const descriptor = {
      value: function (this: SlotTimers): Promise<void> {
        return this.slots.fire(task);
      },
      configurable: true,
      writable: true,
    };
    Object.defineProperty(SlotTimers.prototype, task.name, descriptor);
    Cron(task.cron ?? '', { name: task.name, timeZone: 'UTC', threshold: lateMs })(SlotTimers.prototype, task.name, descriptor);
  }
  return SlotTimers;
}
