import { Injectable, Logger } from '@nestjs/common';
import { Db, statement, type Actor, type Tx } from '@fleet/platform/database';
import { Circuits } from '../circuits/circuit.service';
import type { Command } from '../immobilize/command';
import { Situations } from '../immobilize/situation';
import type { Ending, Ready, Sending } from '../methods/method';
import { gatewayMethods } from '../rules/words';
import { GatewayTurns } from './gateway-turns';

export interface Looked {
  sending: Sending | undefined;
  /** Why nothing was sent. */
  withheld: Ending | undefined;
  facts: Record<string, unknown> | null;
}

/** Everything about the command itself in one look. */
const standing = statement<{ state: string; holder: string | null; newest: string; open: boolean | null; other_open: boolean }>(`
  select c.state, c.holder, (select max(n.intent_no) from access_control.command n where n.vehicle_id = c.vehicle_id) as newest,
         (select a.outcome is null from access_control.attempt a where a.command_id = c.id and a.no = $2) as open,
         exists (select from access_control.command o join access_control.attempt a on a.command_id = o.id
                  where o.vehicle_id = c.vehicle_id and o.kind <> c.kind and a.begun_at > $3 and (a.outcome is null or a.outcome in ('no_answer', 'accepted', 'queued'))) as other_open
    from access_control.command c where c.id = $1`);

/** How long ago an unanswered command of the other kind may still be answered by words without a number. */
const openMs = 120_000;

/**
 * The last moment before bytes leave. One lane per vehicle, held from the look until the bytes cannot be overtaken any more,
 * through the database so that it holds between processes: what is wished later is sent later.
 */
@Injectable()
export class LastLook {
  private readonly log = new Logger('access');

  constructor(
    private readonly db: Db,
    private readonly situations: Situations,
    private readonly circuits: Circuits,
    private readonly turns: GatewayTurns,
  ) {}

  /** What goes through another's server waits its turn, and by `latest` (of `performance.now()`) it leaves or does not. */
  andSend(actor: Actor, command: Command, no: number, ready: Ready, latest: number): Promise<Looked> {
    if (!gatewayMethods.some((method) => method === command.method)) return this.inLane(actor, command, no, ready, Infinity);
    return this.turns.run(command.account_id, () => this.inLane(actor, command, no, ready, latest));
  }

  private async inLane(actor: Actor, command: Command, no: number, ready: Ready, latest: number): Promise<Looked> {
    const looked: Looked = { sending: undefined, withheld: undefined, facts: null };
    try {
      await this.db.write(actor, async (tx) => {
        tx.withoutAudit('the attempt is in the books already, and its end will be');
        // A transaction that is repeated must not send twice.
        if (looked.sending) return;
        await tx.sql(`select pg_advisory_xact_lock(hashtextextended('access_control.lane:' || $1, 0))`, [command.vehicle_id]);
        const { nothingElseOpen, ...judged } = await this.judge(tx, command, no);
        Object.assign(looked, judged);
        if (looked.withheld) return;
        // Nothing is waited for from here to the sending.
        if (performance.now() > latest) return void (looked.withheld = { outcome: 'not_sent', code: 'TOO_LATE' });
        looked.sending = ready.fire(nothingElseOpen);
        await looked.sending.left;
      });
    } catch (error) {
      // Once something has left, the outcome counts and not the trouble of the lane. Before, nothing happened, and it may be tried again.
      if (!looked.sending) looked.withheld = { outcome: 'not_sent', code: 'LAST_LOOK_FAILED' };
      this.log.warn({ err: error, command_id: command.id }, 'the last look before sending failed');
    }
    return looked;
  }

  private async judge(tx: Tx, command: Command, no: number): Promise<Partial<Looked> & { nothingElseOpen: boolean }> {
    const now = await tx.one(standing, [command.id, no, new Date(command.requested_at.getTime() - openMs)]);
    const current = now?.holder === command.holder && (now.state === 'sent' || now.state === 'acknowledged') && now.open === true && command.intent_no === now.newest;
    if (!current) return { nothingElseOpen: false, withheld: { outcome: 'withheld', code: 'OVERTAKEN' } };
    const nothingElseOpen = !now.other_open;
    if (command.kind === 'release') return { nothingElseOpen };
    const { vehicle_id, method, work_order } = command;
    const circuit = await this.circuits.of(tx, vehicle_id);
    const aim = { vehicle_id, vehicle_no: work_order.vehicle_no, device_id: work_order.device_id, circuit };
    if (work_order.device_id !== null && !(await this.situations.isStillIn(tx, work_order.device_id, vehicle_id))) {
      return { nothingElseOpen, withheld: { outcome: 'withheld', code: 'DEVICE_MOVED' } };
    }
    const verdict = await this.situations.verdict(tx, aim, method, undefined);
    const facts = { ...verdict.facts, objections: verdict.objections };
    const [first] = verdict.objections;
    return first ? { facts, nothingElseOpen, withheld: { outcome: 'withheld', code: first.code, answer: first.detail } } : { facts, nothingElseOpen };
  }
}
