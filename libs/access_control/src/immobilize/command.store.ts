import { Injectable } from '@nestjs/common';
import { CommandEnded } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { statement, type ReadTx, type Tx } from '@fleet/platform/database';
import { emit } from '@fleet/platform/outbox';
import { strongerOf } from '../rules/state-machine';
import type { Evidence, State } from '../rules/words';
import type { Attempt, Command } from './command';

const byId = statement<Command>('select * from access_control.command where id = $1');
const byIdForUpdate = statement<Command>('select * from access_control.command where id = $1 for update');
const flying = statement<Command>(`select * from access_control.command where vehicle_id = $1 and state in ('pending', 'sent', 'acknowledged') for update`);
const newest = statement<{ intent_no: string | null }>('select max(intent_no) as intent_no from access_control.command where vehicle_id = $1');
const triesOf = statement<Attempt>('select no, sent, begun_at, ended_at, outcome, code, answer, facts from access_control.attempt where command_id = $1 order by no');
const begin = statement<object>(`insert into access_control.attempt (command_id, account_id, no, sent, begun_at) values ($1, $2, $3, $4, $5)`);
const end = statement<object>(`update access_control.attempt set ended_at = $3, outcome = $4, code = $5, answer = $6, facts = $7 where command_id = $1 and no = $2 and ended_at is null`);
const note = statement<object>(`
  insert into access_control.transition (account_id, command_id, at, what, from_state, to_state, evidence, attempt_no, actor_kind, actor_id, data) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`);
const move = statement<object>(`
  update access_control.command set state = $2, code = coalesce($3, code), detail = coalesce($4, detail), evidence = $5, ended_at = case when $6 then $7 else ended_at end,
         holder = case when $6 then null else coalesce($9, holder) end, lease_until = case when $6 then null else coalesce($10, lease_until) end, watch_until = case when $6 then $8 else watch_until end where id = $1`);
const unlucky = statement<Command>(`select * from access_control.command where vehicle_id = $1 and kind = 'immobilize' and state = 'unknown' and intent_no < $2 order by intent_no for update`);

/** One step of a command, as it goes into its history and the audit log. */
export interface Step {
  what: string;
  to: State;
  evidence?: Evidence;
  code?: string | null | undefined;
  detail?: string | undefined;
  attemptNo?: number;
  data?: Record<string, unknown>;
  /** How long afterwards the vehicle is watched for what it shows. */
  watchMs?: number | undefined;
  /** The process that has it from now on, and until when it must give a sign of life. */
  holder?: { instance: string; lease: Date };
}

/** Commands, their attempts and their steps. Every step is a row of history and an audit entry of the same transaction. */
@Injectable()
export class CommandStore {
  constructor(private readonly clock: Clock) {}

  find(tx: ReadTx, id: string): Promise<Command | undefined> {
    return tx.one(byId, [id]);
  }

  lock(tx: Tx, id: string): Promise<Command | undefined> {
    return tx.one(byIdForUpdate, [id]);
  }

  /** The command under way for a vehicle, locked. */
  inFlight(tx: Tx, vehicleId: string): Promise<Command | undefined> {
    return tx.one(flying, [vehicleId]);
  }

  async newestIntent(tx: ReadTx, vehicleId: string): Promise<number> {
    return Number((await tx.one(newest, [vehicleId]))?.intent_no ?? 0);
  }

  tries(tx: ReadTx, commandId: string): Promise<Attempt[]> {
    return tx.sql(triesOf, [commandId]);
  }

  /** Cuts of the vehicle nobody knows the outcome of, before this command. */
  unknownBefore(tx: Tx, command: Command): Promise<Command[]> {
    return tx.sql(unlucky, [command.vehicle_id, command.intent_no]);
  }

  async insert(tx: Tx, command: Omit<Command, 'intent_no' | 'holder' | 'watch_until' | 'late' | 'ended_at' | 'decided_by' | 'decided_at' | 'code' | 'detail' | 'evidence'>): Promise<Command> {
    const values: Record<string, unknown> = { ...command, evidence: 'none', work_order: JSON.stringify(command.work_order), verdict: command.verdict && JSON.stringify(command.verdict) };
    const names = Object.keys(values);
    const [row] = await tx.sql<Command>(`insert into access_control.command (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')}) returning *`, Object.values(values));
    const made = row as Command;
    await this.write(tx, made, null, { what: 'requested', to: made.state, data: { kind: made.kind, method: made.method, origin: made.origin, ...(made.approval ? { approval: made.approval } : {}), ...(made.verdict ? { facts: made.verdict.facts } : {}) } });
    return made;
  }

  /** Written before anything leaves: an attempt that is not here was never made. */
  async beginAttempt(tx: Tx, command: Command, no: number, words: string): Promise<void> {
    await tx.sql(begin, [command.id, command.account_id, no, words, this.clock.now()]);
  }

  /** False when somebody closed it already. */
  async endAttempt(tx: Tx, command: Command, no: number, ending: Pick<Attempt, 'outcome' | 'code' | 'answer' | 'facts'>): Promise<void> {
    await tx.sql(end, [command.id, no, this.clock.now(), ending.outcome, ending.code, ending.answer?.slice(0, 1000) ?? null, ending.facts && JSON.stringify(ending.facts)]);
  }

  /** Takes the command one step further and tells it everywhere it must be told. Answers it as it is now. */
  async step(tx: Tx, command: Command, step: Step): Promise<Command> {
    const evidence = strongerOf(command.evidence, step.evidence ?? 'none');
    const ended = ['completed', 'failed', 'expired', 'unknown'].includes(step.to) && command.state !== step.to;
    const now = this.clock.now();
    const watchUntil = step.watchMs ? new Date(now.getTime() + step.watchMs) : null;
    await tx.sql(move, [command.id, step.to, step.code ?? null, step.detail ?? null, evidence, ended, now, watchUntil, step.holder?.instance ?? null, step.holder?.lease ?? null]);
    const after: Command = { ...command, state: step.to, evidence, code: step.code ?? command.code, detail: step.detail ?? command.detail, ...(step.holder ? { holder: step.holder.instance } : {}), ...(ended ? { ended_at: now, holder: null, lease_until: null, watch_until: watchUntil } : {}) };
    await this.write(tx, after, command.state, step);
    if (ended) {
      const { id, vehicle_id, kind, method, origin, code } = after;
      await emit(tx, CommandEnded, { command_id: id, vehicle_id, kind, method, origin, state: step.to as 'completed', code, evidence, at: now.toISOString() });
    }
    return after;
  }

  private async write(tx: Tx, command: Command, from: State | null, step: Step): Promise<void> {
    const { actor } = tx;
    const data = { ...(step.code ? { code: step.code } : {}), ...step.data };
    await tx.sql(note, [command.account_id, command.id, this.clock.now(), step.what, from, step.to, command.evidence, step.attemptNo ?? null, actor.kind, actor.id, JSON.stringify(data)]);
    await record(tx, {
      action: `access_control.${command.kind}.${step.what}`,
      subject: { type: 'vehicle', id: command.vehicle_id },
      reason: command.reason,
      data: { command_id: command.id, from, to: step.to, evidence: command.evidence, requested_by: command.requested_by, ...(step.attemptNo ? { attempt_no: step.attemptNo } : {}), ...data },
    });
  }
}
