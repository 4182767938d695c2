import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LateOutcomeSeen } from '@fleet/contracts';
import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import { wayOf, type Attempt, type Command } from '../immobilize/command';
import { CommandStore, type Step } from '../immobilize/command.store';
import { RelayMethods } from '../methods';
import { ending, needsSafetyRelease, sameWay, type Next } from '../rules/lane';
import { CommandOutcomes } from './outcomes';
import { Times } from './times';

type End = Extract<Next, { do: 'end' }>;

/** How commands end, and what follows from it. */
@Injectable()
export class Endings {
  private startNext: (command: Command) => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly times: Times,
    private readonly store: CommandStore,
    private readonly outcomes: CommandOutcomes,
    private readonly methods: RelayMethods,
  ) {}

  onNext(start: (command: Command) => void): void {
    this.startNext = start;
  }

  /** Ends a command that is under way. A cut of unknown outcome is followed by a release of the house's own. */
  async settle(tx: Tx, command: Command, end: End, told: Pick<Step, 'attemptNo' | 'data'>): Promise<void> {
    const watchMs = end.state === 'completed' || end.state === 'unknown' ? this.times.watchMs : undefined;
    const after = await this.store.step(tx, command, { what: end.state, to: end.state, code: end.code, ...(end.evidence ? { evidence: end.evidence } : {}), ...(watchMs ? { watchMs } : {}), ...told });
    tx.afterCommit(() => this.outcomes.count(after));
    if (after.kind === 'release' && after.state === 'completed') await this.neutralise(tx, after);
    else if (after.kind === 'release' && after.origin === 'person') await this.fallBack(tx, after);
    if (!needsSafetyRelease(after.kind, after.state)) return;
    tx.afterCommit(() => this.methods.of(after.method).sever?.({ account_id: after.account_id, ...after.work_order }));
    await this.letGo(tx, after);
  }

  /** A word that comes after the command has ended. What never left makes a failure of an unknown. */
  async lateWord(tx: Tx, command: Command, tries: readonly Attempt[], no: number): Promise<void> {
    const attempt = tries.find((t) => t.no === no);
    const data = { outcome: attempt?.outcome, ...(attempt?.answer ? { answer: attempt.answer } : {}) };
    const now = ending(tries, command.code ?? undefined);
    if (command.state === 'unknown' && now.state === 'failed') await this.store.step(tx, command, { what: 'found_harmless', to: 'failed', code: command.code, attemptNo: no, data });
    else if (attempt?.outcome === 'executed') await this.seenLate(tx, command, 'executed', data);
    else await this.store.step(tx, command, { what: 'attempt_ended', to: command.state, attemptNo: no, data });
  }

  /** Recorded and told; whether it changes the state, the caller decides. */
  async seenLate(tx: Tx, command: Command, seen: string, data: Record<string, unknown>): Promise<void> {
    const at = this.clock.now().toISOString();
    await tx.sql('update access_control.command set late = $2 where id = $1', [command.id, JSON.stringify({ seen, at })]);
    await this.store.step(tx, command, { what: 'late_outcome', to: command.state, data: { seen, ...data } });
    const { id, vehicle_id, kind, method, origin } = command;
    await emit(tx, LateOutcomeSeen, { command_id: id, vehicle_id, kind, method, origin, seen, at });
  }

  /** The device confirmed a release that was sent behind them: whatever became of these cuts, they are over. Cuts on other ways are not. */
  private async neutralise(tx: Tx, release: Command): Promise<void> {
    for (const cut of await this.store.unknownBefore(tx, release)) {
      if (!sameWay(wayOf(release), wayOf(cut))) continue;
      await this.store.step(tx, cut, { what: 'neutralised', to: 'failed', code: cut.code ?? 'NEUTRALISED', data: { by: release.id } });
    }
  }

  /** A release that came to nothing may have overtaken the house's own: it goes on by the way of the cut. */
  private async fallBack(tx: Tx, release: Command): Promise<void> {
    const cut = (await this.store.unknownBefore(tx, release)).at(-1);
    if (cut && !sameWay(wayOf(release), wayOf(cut))) await this.letGo(tx, cut, release);
  }

  /** Unless somebody has wished something else since. */
  private async letGo(tx: Tx, cut: Command, cause = cut): Promise<void> {
    const newest = await this.store.newestIntent(tx, cut.vehicle_id);
    if (newest !== Number(cause.intent_no)) return;
    const now = this.clock.now();
    const release = await this.store.insert(tx, {
      id: randomUUID(),
      account_id: cut.account_id,
      vehicle_id: cut.vehicle_id,
      kind: 'release',
      origin: 'safety',
      caused_by: cause.id,
      method: cut.method,
      reason: 'safety',
      note: null,
      requested_by_kind: tx.actor.kind,
      requested_by: tx.actor.id,
      session_id: null,
      stepped_up_at: null,
      requested_at: now,
      approval: null,
      approver_id: null,
      approval_until: null,
      state: 'pending',
      verdict: null,
      work_order: cut.work_order,
      begin_by: new Date(now.getTime() + this.times.releaseMs),
      lease_until: new Date(now.getTime() + this.times.leaseMs),
    });
    tx.afterCommit(() => this.startNext(release));
  }
}
