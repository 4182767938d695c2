import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type Actor } from '@fleet/platform/database';
import { RelayMethods } from '../methods';
import type { Ending } from '../methods/method';
import type { Command, Order } from '../immobilize/command';
import { CommandStore } from '../immobilize/command.store';
import { afterAttempt, ending, mayBegin, releasePauseMs } from '../rules/lane';
import { inFlight } from '../rules/state-machine';
import { Endings } from './endings';
import { LastLook } from './last-look';
import { LinkBus } from './link-bus';
import { Times } from './times';

export const carrier = (accountId: string): Actor => systemActor(accountId, 'access_control.carry_out');

/** How much of an attempt's time may go by before everything is at hand, and before it must have left: the rest is for the answer. */
const preparingShare = 0.6;
const leavingShare = 0.75;

interface Begun {
  command: Command;
  no: number;
}

/**
 * Carries one command out: an attempt is written down before anything leaves, judged once more in the last moment, and
 * repeated only after it has ended. The process that holds the device's link does this, and no other.
 */
@Injectable()
export class Runner {
  private readonly log = new Logger('access');
  private readonly running = new Set<string>();

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly times: Times,
    private readonly store: CommandStore,
    private readonly methods: RelayMethods,
    private readonly look: LastLook,
    private readonly endings: Endings,
    private readonly bus: LinkBus,
  ) {}

  async run(accountId: string, commandId: string): Promise<void> {
    if (this.running.has(commandId)) return;
    this.running.add(commandId);
    try {
      const actor = carrier(accountId);
      for (let handedOver = false; ; ) {
        const command = await this.db.read(actor, (tx) => this.store.find(tx, commandId));
        if (!command || !inFlight(command.state) || command.approval === 'waiting' || command.approval === 'declined') return;
        const pauseMs = await this.advance(actor, command, handedOver);
        if (pauseMs === 'over') return;
        if (pauseMs === 'handed over') {
          handedOver = true;
          await sleep(this.times.takeOverMs);
          continue;
        }
        handedOver = false;
        await sleep(pauseMs);
      }
    } finally {
      this.running.delete(commandId);
    }
  }

  /** One look at the command: hand over, wait, or try. Answers how long to wait before the next. */
  private async advance(actor: Actor, command: Command, handedOver: boolean): Promise<number | 'over' | 'handed over'> {
    const method = this.methods.of(command.method);
    const reach = await method.reach({ account_id: command.account_id, ...command.work_order });
    if (reach.at === 'elsewhere') {
      const taken = command.holder !== null && command.holder !== this.bus.instance;
      if (taken && handedOver) return 'over';
      if (!this.timeLeft(command)) return this.giveUp(actor, command, 'DEVICE_NOT_CONNECTED');
      await this.bus.askToRun(reach.instance, command.account_id, command.id);
      return 'handed over';
    }
    if (reach.at === 'nowhere') {
      if (!this.timeLeft(command)) return this.giveUp(actor, command, reach.code);
      await this.keepLease(actor, command);
      return command.kind === 'release' ? this.times.releasePauseMs : this.times.pauseMs;
    }
    const begun = await this.begin(actor, command.id);
    if (!begun) return 'over';
    const { ending: ended, facts } = await this.sendOnce(actor, begun);
    return this.finish(actor, begun, ended, facts);
  }

  private timeLeft(command: Command): boolean {
    return this.clock.now() < command.begin_by;
  }

  /** Written and committed before a byte leaves. Undefined when the command is no longer to be carried out here. */
  private begin(actor: Actor, commandId: string): Promise<Begun | undefined> {
    return this.db.write(actor, async (tx) => {
      const command = (await this.store.lock(tx, commandId)) as Command;
      // A pending command has no attempts yet.
      const earlier = command.state === 'pending' ? [] : await this.store.tries(tx, commandId);
      const mine = command.holder === null || command.holder === this.bus.instance;
      const going = { ...command, tries: earlier, intentNo: Number(command.intent_no), waiting: command.approval === 'waiting' };
      const newest = await this.store.newestIntent(tx, command.vehicle_id);
      if (!mine || !inFlight(command.state) || earlier.some((t) => t.outcome === null)) {
        tx.withoutAudit('somebody else has it, or it is over');
        return undefined;
      }
      if (!mayBegin(going, newest, this.timeLeft(command))) {
        await this.endings.settle(tx, command, ending(earlier), {});
        return undefined;
      }
      const no = earlier.length + 1;
      const words = this.methods.of(command.method).words(this.order(command));
      await this.store.beginAttempt(tx, command, no, words);
      const lease = new Date(this.clock.now().getTime() + this.times.slotMs + this.times.leaseMs);
      const begun = await this.store.step(tx, command, { what: 'attempt_begun', to: command.state === 'pending' ? 'sent' : command.state, attemptNo: no, data: { sent: words }, holder: { instance: this.bus.instance, lease } });
      return { command: begun, no };
    });
  }

  private order({ id, account_id, kind, work_order }: Command): Order {
    return { ...work_order, command_id: id, account_id, kind };
  }

  private async sendOnce(actor: Actor, { command, no }: Begun): Promise<{ ending: Ending; facts: Record<string, unknown> | null }> {
    const { slotMs } = this.times;
    const begunMs = performance.now();
    const slow: Ending = { outcome: 'not_sent', code: 'GATEWAY_SLOW' };
    const ready = await Promise.race([this.methods.of(command.method).prepare(this.order(command), slotMs), sleep(slotMs * preparingShare, slow, { ref: false })]);
    if ('outcome' in ready) return { ending: ready, facts: null };
    const { sending, facts, withheld } = await this.look.andSend(actor, command, no, ready, begunMs + slotMs * leavingShare);
    return { ending: sending ? await sending.ended : (withheld as Ending), facts };
  }

  /** What has left must be written down: a database that is away for a moment is waited for. */
  private async finish(actor: Actor, begun: Begun, ended: Ending, facts: Record<string, unknown> | null): Promise<number | 'over'> {
    const { command, no } = begun;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.db.write(actor, async (tx) => {
          const now = (await this.store.lock(tx, command.id)) as Command;
          await this.store.endAttempt(tx, now, no, { outcome: ended.outcome, code: ended.code ?? null, answer: ended.answer ?? null, facts });
          const attempts = await this.store.tries(tx, command.id);
          if (!inFlight(now.state)) {
            await this.endings.lateWord(tx, now, attempts, no);
            return 'over';
          }
          const tried = attempts.map((t) => ({ ...t, final: t.no === no && ended.final === true }));
          const next = afterAttempt({ kind: now.kind, state: now.state, tries: tried }, this.timeLeft(now));
          const data = { outcome: ended.outcome, sent: attempts.at(-1)?.sent, ...(ended.answer ? { answer: ended.answer.slice(0, 500) } : {}), ...(facts ? { facts } : {}) };
          if (next.do === 'end') {
            await this.endings.settle(tx, now, next, { attemptNo: no, data });
            return 'over';
          }
          const accepted = ended.outcome === 'accepted';
          const pauseMs = this.pauseAfter(now, ended, no);
          // The pauses of a release may outlast the lease of the attempt.
          const lease = new Date(this.clock.now().getTime() + pauseMs + this.times.leaseMs);
          const holder = now.kind === 'release' ? { holder: { instance: this.bus.instance, lease } } : {};
          await this.store.step(tx, now, { what: 'attempt_ended', to: accepted ? 'acknowledged' : now.state, ...(accepted ? { evidence: 'accepted' as const } : {}), code: ended.code, attemptNo: no, data, ...holder });
          return pauseMs;
        });
      } catch (error) {
        if (tries >= 10) throw error;
        this.log.warn({ err: error, command_id: command.id }, 'the outcome of an attempt waits to be written down');
        await sleep(500);
      }
    }
  }

  private pauseAfter({ kind }: Command, { outcome, code }: Ending, no: number): number {
    const { pauseMs, releasePauseMs: awayMs, releasePauseMaxMs } = this.times;
    const firstMs = code === 'DEVICE_BUSY' ? 150 : kind === 'release' && outcome === 'not_sent' ? awayMs : pauseMs;
    return kind === 'release' ? releasePauseMs(no, firstMs, releasePauseMaxMs) : firstMs;
  }

  private async giveUp(actor: Actor, command: Command, code: string): Promise<'over'> {
    await this.db.write(actor, async (tx) => {
      const now = (await this.store.lock(tx, command.id)) as Command;
      const tries = await this.store.tries(tx, command.id);
      const mine = now.holder === null || now.holder === this.bus.instance;
      if (mine && inFlight(now.state) && tries.every((t) => t.outcome !== null)) await this.endings.settle(tx, now, ending(tries, code), {});
      else tx.withoutAudit('it is over, or somebody else has it');
    });
    return 'over';
  }

  private async keepLease(actor: Actor, command: Command): Promise<void> {
    const lease = new Date(this.clock.now().getTime() + this.times.leaseMs + this.times.releasePauseMs);
    await this.db.write(actor, async (tx) => {
      tx.withoutAudit('a sign of life while waiting for the device');
      await tx.sql(`update access_control.command set lease_until = $2 where id = $1 and state in ('pending', 'sent', 'acknowledged')`, [command.id, lease]);
    });
  }
}
