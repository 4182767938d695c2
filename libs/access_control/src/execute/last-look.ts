import { Injectable, Logger } from '@nestjs/common';
import { Db, statement, type Actor, type Tx } from '@fleet/platform/database';
import { Circuits } from '../circuits/circuit.service';
import type { Command } from '../immobilize/command';
import { CommandStore } from '../immobilize/command.store';
import { Situations } from '../immobilize/situation';
import type { Ending, Sending } from '../methods/method';

export interface Looked {
  sending: Sending | undefined;
  /** Why nothing was sent. */
  withheld: Ending | undefined;
  facts: Record<string, unknown> | null;
}

const otherOpen = statement<{ open: boolean }>(`
  select exists (select from access_control.command c join access_control.attempt a on a.command_id = c.id
                  where c.vehicle_id = $1 and c.kind <> $2 and a.begun_at > $3 and (a.outcome is null or a.outcome in ('no_answer', 'accepted', 'queued'))) as open`);

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
    private readonly store: CommandStore,
    private readonly situations: Situations,
    private readonly circuits: Circuits,
  ) {}

  async andSend(actor: Actor, command: Command, no: number, send: (nothingElseOpen: boolean) => Sending): Promise<Looked> {
    const looked: Looked = { sending: undefined, withheld: undefined, facts: null };
    try {
      await this.db.write(actor, async (tx) => {
        tx.withoutAudit('the attempt is in the books already, and its end will be');
        // A transaction that is repeated must not send twice.
        if (looked.sending) return;
        await tx.sql(`select pg_advisory_xact_lock(hashtextextended('access_control.lane:' || $1, 0))`, [command.vehicle_id]);
        Object.assign(looked, await this.judge(tx, command, no));
        if (looked.withheld) return;
        const since = new Date(command.requested_at.getTime() - openMs);
        const nothingElseOpen = (await tx.one(otherOpen, [command.vehicle_id, command.kind, since]))?.open === false;
        looked.sending = send(nothingElseOpen);
        await looked.sending.left;
      });
    } catch (error) {
      // Once something has left, the outcome counts and not the trouble of the lane.
      if (!looked.sending) looked.withheld = { outcome: 'withheld', code: 'LAST_LOOK_FAILED' };
      this.log.warn({ err: error, command_id: command.id }, 'the last look before sending failed');
    }
    return looked;
  }

  private async judge(tx: Tx, command: Command, no: number): Promise<Partial<Looked>> {
    const now = await this.store.find(tx, command.id);
    const attempt = (await this.store.tries(tx, command.id)).find((t) => t.no === no);
    const newest = await this.store.newestIntent(tx, command.vehicle_id);
    const current = now?.holder === command.holder && (now.state === 'sent' || now.state === 'acknowledged') && attempt?.outcome === null && Number(command.intent_no) === newest;
    if (!current) return { withheld: { outcome: 'withheld', code: 'OVERTAKEN' } };
    if (command.kind === 'release') return {};
    const { vehicle_id, method, work_order } = command;
    const circuit = await this.circuits.of(tx, vehicle_id);
    const aim = { vehicle_id, vehicle_no: work_order.vehicle_no, device_id: work_order.device_id, circuit };
    const verdict = await this.situations.verdict(tx, aim, method, undefined);
    const facts = { ...verdict.facts, objections: verdict.objections };
    const [first] = verdict.objections;
    return first ? { facts, withheld: { outcome: 'withheld', code: first.code, answer: first.detail } } : { facts };
  }
}
