import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Tx } from '@fleet/platform/database';
import type { Command } from '../immobilize/command';
import { CommandStore } from '../immobilize/command.store';
import { Situations } from '../immobilize/situation';
import { RelayMethods } from '../methods';
import { relayIs } from '../rules/answers';
import type { CommandKind } from '../rules/words';
import { Endings } from './endings';
import { carrier } from './runner';

const watched = statement<{ id: string; account_id: string }>(`select id, account_id from access_control.command where watch_until is not null order by watch_until limit 200`);

/** How long after a command's end a report counts as one made after it. */
const settledMs = 2_000;

interface Seen {
  /** How the relay stands, if a report tells. */
  shown: CommandKind | undefined;
  /** The report was surely made after the command had ended. */
  contradicts: boolean;
  /** The gateway says the command was carried out. */
  saidSo: boolean;
}

/** Looks at vehicles after their commands have ended: the relay's bit in a later report is the best evidence, and late effects are told. */
@Injectable()
export class Watcher {
  private readonly log = new Logger('access');

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly store: CommandStore,
    private readonly situations: Situations,
    private readonly methods: RelayMethods,
    private readonly endings: Endings,
  ) {}

  async look(): Promise<void> {
    const rows = await this.db.systemRead('access_control.watch', (tx) => tx.sql(watched, []));
    for (const { id, account_id } of rows) {
      await this.lookAt(account_id, id).catch((error: unknown) => this.log.warn({ err: error, command_id: id }, 'a vehicle could not be looked at'));
    }
  }

  private async lookAt(accountId: string, id: string): Promise<void> {
    const actor = carrier(accountId);
    const command = await this.db.read(actor, (tx) => this.store.find(tx, id));
    const saidSo = command?.state === 'unknown' && !command.late ? await this.askGateway(command) : false;
    await this.db.write(actor, async (tx) => {
      tx.withoutAudit('looking changes nothing unless a step follows');
      const now = await this.store.lock(tx, id);
      if (!now?.watch_until) return;
      const { shown, contradicts } = await this.shownBy(tx, now);
      const done = shown !== undefined || saidSo ? await this.take(tx, now, { shown, contradicts, saidSo }) : false;
      if (done || now.watch_until <= this.clock.now()) await tx.sql('update access_control.command set watch_until = null where id = $1', [id]);
    });
  }

  /** Which way the relay stands in the newest report that came after the last attempt. */
  private async shownBy(tx: Tx, command: Command): Promise<Omit<Seen, 'saidSo'>> {
    const since = (await this.store.tries(tx, command.id)).at(-1)?.begun_at;
    const reports = await this.situations.reports(tx, command.work_order.vehicle_no);
    const newest = reports.find((r) => r.outputs !== null && since !== undefined && r.received_at > since && r.at.getTime() > since.getTime() - 2_000);
    if (!newest || newest.outputs === null) return { shown: undefined, contradicts: false };
    // A report may have been on its way while the command was carried out: only a later one speaks against it.
    const after = command.ended_at?.getTime() ?? Infinity;
    const contradicts = newest.at.getTime() > after && newest.received_at.getTime() > after + settledMs;
    return { shown: relayIs(newest.outputs, command.work_order.output_no), contradicts };
  }

  /** True when there is nothing more to look for. */
  private async take(tx: Tx, command: Command, { shown, contradicts, saidSo }: Seen): Promise<boolean> {
    if (command.state === 'completed') {
      if (shown !== command.kind) {
        // Somebody was told the vehicle may drive, and its relay says otherwise: a cut on another way took effect.
        const contradicted = command.kind === 'release' && !command.late && contradicts && (await this.isNewest(tx, command));
        if (contradicted) await this.endings.seenLate(tx, command, 'relay_still_cut', {});
        return false;
      }
      await this.store.step(tx, command, { what: 'relay_seen', to: 'completed', evidence: 'relay_seen' });
      return true;
    }
    if (command.state !== 'unknown' || (shown !== command.kind && !saidSo)) return false;
    const seen = shown === command.kind ? 'relay_seen' : 'executed';
    if (!(await this.isNewest(tx, command))) {
      // A release is on its way or was given: told, and left to it.
      if (!command.late) await this.endings.seenLate(tx, command, seen, {});
      return false;
    }
    await this.store.step(tx, command, { what: 'completed_late', to: 'completed', evidence: seen, data: { seen } });
    return true;
  }

  private async isNewest(tx: Tx, command: Command): Promise<boolean> {
    return (await this.store.newestIntent(tx, command.vehicle_id)) === Number(command.intent_no);
  }

  private async askGateway(command: Command): Promise<boolean> {
    const { id, account_id, kind, work_order } = command;
    const ask = this.methods.of(command.method).seenLater;
    return ask ? ask.call(this.methods.of(command.method), { ...work_order, command_id: id, account_id, kind }, command.requested_at).catch(() => false) : false;
  }
}
