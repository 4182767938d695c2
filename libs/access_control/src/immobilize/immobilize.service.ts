import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ApprovalAsked } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, statement, type ReadTx, type Tx } from '@fleet/platform/database';
import { conflict, invalid, rule, type Refusal } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { Dispatch } from '../execute/dispatch';
import { Times } from '../execute/times';
import { RelayMethods } from '../methods';
import type { Route } from '../rules/device-texts';
import { judgeAsking, type Objection, type Verdict } from '../rules/policy';
import type { MethodName } from '../rules/words';
import { ImmobilizingSettings } from '../settings/setting.service';
import type { Command, WorkOrder } from './command';
import { CommandStore } from './command.store';
import type { ImmobilizeBody, PreviewView, CommandStartedView } from './immobilize.dto';
import { Jobs } from './jobs.read';
import type { Person } from './person';
import { Situations, type Aim } from './situation';

const counts = statement<{ vehicle: number; person: number; account: number }>(`
  select count(*) filter (where vehicle_id = $2)::int as vehicle, count(*) filter (where requested_by = $3)::int as person, count(*)::int as account
    from access_control.command where account_id = $1 and requested_at > $4 and kind = 'immobilize'`);
const flying = statement<{ id: string }>(`select id from access_control.command where vehicle_id = $1 and state in ('pending', 'sent', 'acknowledged')`);
const permitted = statement<{ ok: boolean }>(`
  select true as ok from auth.membership where account_id = $1 and user_id = $2 and disabled_at is null and role in ('admin', 'immobilizing_operator')`);

export const startedView = (c: Command): CommandStartedView => ({ job_id: c.id, status: c.state, awaiting_approval: c.approval === 'waiting' });

/** Having a vehicle stopped: asked by a person, judged before a row is written, and again before every sending. */
@Injectable()
export class Immobilize {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly times: Times,
    private readonly settings: ImmobilizingSettings,
    private readonly situations: Situations,
    private readonly methods: RelayMethods,
    private readonly store: CommandStore,
    private readonly jobs: Jobs,
    private readonly dispatch: Dispatch,
  ) {}

  /** What would be said just now, without doing it. */
  async preview(person: Person, vehicleId: string, body: ImmobilizeBody): Promise<PreviewView> {
    const { aim, connected } = await this.aimAt(person, vehicleId, body.method);
    return this.db.write(person.actor, async (tx) => {
      tx.withoutAudit('asking changes nothing');
      const { objections, facts } = await this.judgeAll(tx, person, aim, body.method, connected);
      return { allowed: objections.length === 0, objections, facts, needs_approval: await this.needsApproval(tx, body) };
    });
  }

  async request(person: Person, vehicleId: string, body: ImmobilizeBody): Promise<CommandStartedView> {
    if (body.reason === 'other' && !body.note) throw invalid('NOTE_MISSING', 'With the reason other, say in words why.');
    const { aim, connected } = await this.aimAt(person, vehicleId, body.method);
    return this.db.write(person.actor, async (tx) => {
      const verdict = await this.judgeAll(tx, person, aim, body.method, connected);
      if (!verdict.allowed) throw refusalOf(verdict);
      const approval = await this.approvalFor(tx, person, body);
      const command = await conflictOn({ command_one_in_flight: inFlightWords }, () => this.insert(tx, person, aim, body, verdict, approval));
      if (approval.approval === null) tx.afterCommit(() => this.dispatch.start(command));
      else await this.ask(tx, command);
      return startedView(command);
    });
  }

  async approve(person: Person, vehicleId: string, jobId: string, note: string | undefined): Promise<CommandStartedView> {
    const waiting = await this.db.read(person.actor, (tx) => this.jobs.require(tx, vehicleId, jobId));
    const { aim, connected } = await this.aimAt(person, vehicleId, waiting.method);
    return this.db.write(person.actor, async (tx) => {
      const command = await this.lockWaiting(tx, person, vehicleId, jobId);
      const verdict = await this.situations.verdict(tx, aim, command.method, connected);
      if (!verdict.allowed) throw refusalOf(verdict);
      const now = this.clock.now();
      const begin_by = new Date(now.getTime() + this.times.cutMs - this.times.slotMs);
      const order = orderOf(aim, command.method);
      await tx.sql(`update access_control.command set approval = 'approved', decided_by = $2, decided_at = $3, verdict = $4, begin_by = $5, work_order = $6, lease_until = $7 where id = $1`, [
        command.id,
        person.id,
        now,
        JSON.stringify(verdict),
        begin_by,
        JSON.stringify(order),
        new Date(now.getTime() + this.times.leaseMs),
      ]);
      await this.store.step(tx, command, { what: 'approved', to: 'pending', data: { facts: verdict.facts, ...(note ? { note } : {}) } });
      tx.afterCommit(() => this.dispatch.start(command));
      return startedView({ ...command, approval: 'approved' });
    });
  }

  decline(person: Person, vehicleId: string, jobId: string, note: string | undefined): Promise<CommandStartedView> {
    return this.db.write(person.actor, async (tx) => {
      const command = await this.lockWaiting(tx, person, vehicleId, jobId);
      await tx.sql(`update access_control.command set approval = 'declined', decided_by = $2, decided_at = $3 where id = $1`, [command.id, person.id, this.clock.now()]);
      return startedView({ ...(await this.store.step(tx, command, { what: 'declined', to: 'failed', code: 'DECLINED', detail: note })), approval: 'declined' });
    });
  }

  private async lockWaiting(tx: Tx, person: Person, vehicleId: string, jobId: string): Promise<Command> {
    await this.jobs.require(tx, vehicleId, jobId);
    const command = (await this.store.lock(tx, jobId)) as Command;
    if (command.approval !== 'waiting' || command.state !== 'pending' || (command.approval_until ?? 0) <= this.clock.now()) throw rule('NOT_WAITING', 'This command waits for nobody.', { facts: { status: command.state, approval: command.approval } });
    if (command.requested_by === person.id) throw rule('SECOND_PERSON_NEEDED', 'Whoever asked cannot decide as well.');
    if (command.approver_id && command.approver_id !== person.id) throw rule('OTHER_APPROVER_ASKED', 'Somebody else was asked to decide.');
    return command;
  }

  private async judgeAll(tx: ReadTx, person: Person, aim: Aim, method: MethodName, connected: boolean | undefined): Promise<Verdict> {
    const now = this.clock.now();
    const settings = await this.settings.of(tx);
    const { vehicle_per_hour, person_per_hour, account_per_hour } = settings;
    const lastHour = (await tx.one(counts, [tx.accountId, aim.vehicle_id, person.id, new Date(now.getTime() - 3_600_000)])) ?? { vehicle: 0, person: 0, account: 0 };
    const inFlight = (await tx.one(flying, [aim.vehicle_id]))?.id;
    const asking = judgeAsking({ now, steppedUpAt: person.steppedUpAt, inFlight, lastHour, allowed: { vehicle: vehicle_per_hour, person: person_per_hour, account: account_per_hour } });
    const verdict = await this.situations.verdict(tx, aim, method, connected, settings);
    const objections: Objection[] = [...verdict.objections, ...asking];
    return { ...verdict, objections, allowed: objections.length === 0 };
  }

  /** Before the unit of work: whether the device is connected, another process may have to say. */
  private async aimAt(person: Person, vehicleId: string, name: MethodName): Promise<{ aim: Aim; connected: boolean | undefined }> {
    const aim = await this.db.read(person.actor, (tx) => this.situations.aim(tx, vehicleId));
    const route = aim.circuit?.routes.find((r) => r.method === name);
    const connected = route && (await this.methods.connected(name, { account_id: person.actor.accountId, device_id: aim.device_id, route }));
    return { aim, connected };
  }

  private async needsApproval(tx: ReadTx, body: ImmobilizeBody): Promise<boolean> {
    return body.approver !== undefined || (await this.settings.of(tx)).second_approver;
  }

  private async approvalFor(tx: Tx, person: Person, body: ImmobilizeBody): Promise<Pick<Command, 'approval' | 'approver_id' | 'approval_until'>> {
    if (!(await this.needsApproval(tx, body))) return { approval: null, approver_id: null, approval_until: null };
    if (body.approver === person.id) throw rule('SECOND_PERSON_NEEDED', 'Whoever asks cannot approve as well.');
    if (body.approver && !(await tx.one(permitted, [tx.accountId, body.approver]))) throw rule('APPROVER_NOT_PERMITTED', 'This person may not approve immobilizations.');
    const { approval_minutes } = await this.settings.of(tx);
    return { approval: 'waiting', approver_id: body.approver ?? null, approval_until: new Date(this.clock.now().getTime() + approval_minutes * 60_000) };
  }

  private async ask(tx: Tx, { id, vehicle_id, kind, method, origin, approver_id, approval_until }: Command): Promise<void> {
    await record(tx, { action: 'access_control.immobilize.approval_asked', subject: { type: 'vehicle', id: vehicle_id }, data: { command_id: id, approver_id } });
    await emit(tx, ApprovalAsked, { command_id: id, vehicle_id, kind, method, origin, approver_id, until: (approval_until as Date).toISOString() });
  }

  private insert(tx: Tx, person: Person, aim: Aim, body: ImmobilizeBody, verdict: Verdict, approval: Pick<Command, 'approval' | 'approver_id' | 'approval_until'>): Promise<Command> {
    const { actor } = person;
    const now = this.clock.now();
    const begin_by = approval.approval_until ?? new Date(now.getTime() + this.times.cutMs - this.times.slotMs);
    return this.store.insert(tx, {
      id: randomUUID(),
      account_id: actor.accountId,
      vehicle_id: aim.vehicle_id,
      kind: 'immobilize',
      origin: 'person',
      caused_by: null,
      method: body.method,
      reason: body.reason,
      note: body.note ?? null,
      requested_by_kind: actor.kind,
      requested_by: actor.id,
      session_id: actor.sessionId,
      stepped_up_at: person.steppedUpAt ?? null,
      requested_at: now,
      ...approval,
      state: 'pending',
      work_order: orderOf(aim, body.method),
      verdict,
      begin_by,
      lease_until: approval.approval_until ?? new Date(now.getTime() + this.times.leaseMs),
    });
  }
}

const inFlightWords: [string, string] = ['COMMAND_IN_FLIGHT', 'Another command for this vehicle is under way. Wait for it, or release.'];

export function orderOf({ vehicle_no, device_id, circuit }: Aim, method: MethodName): WorkOrder {
  const route = circuit?.routes.find((r) => r.method === method);
  if (!circuit || !route) throw conflict('METHOD_NOT_INSTALLED', `This vehicle is not reached by ${method}.`);
  return { vehicle_no, device_id, output_no: circuit.output_no, circuit_kind: circuit.kind, route: route as Route };
}

function refusalOf({ objections, facts }: Verdict): Refusal {
  const [first] = objections as [Objection];
  return conflict(first.code, first.detail, { facts: { ...facts, objections } });
}
