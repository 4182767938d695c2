import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, statement, type Tx } from '@fleet/platform/database';
import { invalid, rule } from '@fleet/platform/http';
import { Dispatch } from '../execute/dispatch';
import { LinkBus } from '../execute/link-bus';
import { Times } from '../execute/times';
import { ending, sameWay, type Way } from '../rules/lane';
import { wayOf, type Command } from './command';
import { CommandStore } from './command.store';
import type { ReleaseBody, CommandStartedView } from './immobilize.dto';
import { orderOf, startedView } from './immobilize.service';
import { Jobs } from './jobs.read';
import type { Person } from './person';
import { Situations } from './situation';

const lastWay = statement<Pick<Command, 'method' | 'work_order'>>('select method, work_order from access_control.command where vehicle_id = $1 order by intent_no desc limit 1');

/** Letting a vehicle go. No switch, limit or speed stands in its way, and it overtakes whatever is under way. */
@Injectable()
export class Release {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly times: Times,
    private readonly situations: Situations,
    private readonly store: CommandStore,
    private readonly jobs: Jobs,
    private readonly dispatch: Dispatch,
    private readonly bus: LinkBus,
  ) {}

  request(person: Person, vehicleId: string, body: ReleaseBody): Promise<CommandStartedView> {
    return this.db.write(person.actor, async (tx) => {
      const aim = await this.situations.aim(tx, vehicleId);
      const flying = await this.store.inFlight(tx, aim.vehicle_id);
      if (flying?.kind === 'release' && (body.method ?? flying.method) === flying.method) {
        tx.withoutAudit('the vehicle is being let go already');
        return startedView(flying);
      }
      const last = await tx.one(lastWay, [aim.vehicle_id]);
      const method = body.method ?? last?.method ?? aim.circuit?.routes[0]?.method;
      if (!method) throw rule('NO_CIRCUIT', 'No circuit is recorded for this vehicle, so there is no way to send a release.');
      // A circuit that was taken out of the books since must not lock a vehicle in.
      const installed = aim.circuit?.routes.some((r) => r.method === method);
      const work_order = installed || !last || last.method !== method ? orderOf(aim, method) : last.work_order;
      if (flying) await this.overtake(tx, flying, wayOf({ method, work_order }));
      const now = this.clock.now();
      const command = await conflictOn({ command_one_in_flight: ['COMMAND_IN_FLIGHT', 'Another command has just been given. Ask again.'] }, () =>
        this.store.insert(tx, {
          ...blank,
          id: randomUUID(),
          account_id: person.actor.accountId,
          vehicle_id: aim.vehicle_id,
          origin: 'person',
          caused_by: null,
          method,
          reason: body.reason ?? 'lockdown_over',
          note: body.note ?? null,
          requested_by_kind: person.actor.kind,
          requested_by: person.id,
          session_id: person.actor.sessionId,
          stepped_up_at: person.steppedUpAt ?? null,
          requested_at: now,
          work_order,
          begin_by: new Date(now.getTime() + this.times.releaseMs),
          lease_until: new Date(now.getTime() + this.times.leaseMs),
        }),
      );
      tx.afterCommit(() => this.dispatch.start(command));
      return startedView(command);
    });
  }

  /** Only a cut that has provably not left can be taken back; anything else takes a release. */
  cancel(person: Person, vehicleId: string, jobId: string): Promise<CommandStartedView> {
    return this.db.write(person.actor, async (tx) => {
      await this.jobs.require(tx, vehicleId, jobId);
      const command = (await this.store.lock(tx, jobId)) as Command;
      if (command.kind !== 'immobilize') throw rule('RELEASE_NOT_CANCELLED', 'A release is not taken back: a vehicle that may be stopped must be let go.');
      if (!['pending', 'sent', 'acknowledged'].includes(command.state)) throw rule('NOT_IN_FLIGHT', 'The command is over.', { facts: { status: command.state } });
      const end = ending(await this.store.tries(tx, command.id), 'CANCELLED');
      if (end.state !== 'failed') throw rule('ALREADY_SENT', 'The command has left and cannot be taken back. Send a release.');
      return startedView(await this.store.step(tx, command, { what: 'cancelled', to: 'failed', code: 'CANCELLED' }));
    });
  }

  /** The newest wish wins: the older command makes no further attempt, and is called failed only if none can still work. */
  private async overtake(tx: Tx, flying: Command, by: Way): Promise<void> {
    const { state, code } = ending(await this.store.tries(tx, flying.id), 'OVERTAKEN');
    const { kind, holder, account_id, work_order } = flying;
    const { device_id } = work_order;
    // Nothing goes out behind a cut on another way, so its bytes are called back as far as they can be.
    if (kind === 'immobilize' && state === 'unknown' && holder && device_id && !sameWay(wayOf(flying), by)) tx.afterCommit(() => this.bus.sever(holder, account_id, device_id));
    await this.store.step(tx, flying, { what: 'overtaken', to: state, code, watchMs: state === 'unknown' ? this.times.watchMs : undefined });
  }

  refuseUnsaid(body: ReleaseBody): void {
    if (body.reason === 'other' && !body.note) throw invalid('NOTE_MISSING', 'With the reason other, say in words why.');
  }
}

export const blank = { kind: 'release', approval: null, approver_id: null, approval_until: null, state: 'pending', verdict: null } as const;
