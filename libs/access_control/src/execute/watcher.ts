import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Db, statement, type Tx } from '@fleet/platform/database';
import type { Command } from '../immobilize/command';
import { CommandStore } from '../immobilize/command.store';
import { Situations } from '../immobilize/situation';
import { RelayMethods } from '../methods';
import { relayIs } from '../rules/answers';
import { gatewayMethods, type CommandKind } from '../rules/words';
import { Limiter } from '../methods/limiter';
import { Endings } from './endings';
import { Rounds } from './rounds';
import { carrier } from './runner';
import { Times } from './times';

const watched = statement<Watched>(`
  select id, account_id, state = 'unknown' and late is null and method = any($1) as ask from access_control.command where watch_until is not null order by watch_until limit 200`);
/** How many servers are asked at a time, and about how many commands of one account in a round. */
const serversMax = 6;
const questionsMax = 20;

interface Watched {
  id: string;
  account_id: string;
  /** Its gateway may know more by now. */
  ask: boolean;
}

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
export class Watcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('access');

  private readonly rounds = new Rounds(
    () => this.look(),
    () => this.times.sweepMs,
    (error) => this.log.warn({ err: error }, 'vehicles wait for the database to be looked at'),
  );
  private readonly servers = new Limiter(serversMax);
  /** When accounts' servers were asked last, by `performance.now()`. */
  private readonly asked = new Map<string, number>();
  /** Commands whose gateway has said meanwhile that they were carried out. */
  private readonly said = new Set<string>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly store: CommandStore,
    private readonly situations: Situations,
    private readonly methods: RelayMethods,
    private readonly endings: Endings,
    private readonly times: Times,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.FLEET_ROLES.includes('ingest') || this.config.FLEET_ROLES.includes('worker')) this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  async look(): Promise<void> {
    const rows = await this.db.systemRead('access_control.watch', (tx) => tx.sql(watched, [gatewayMethods]));
    this.askGateways(rows.filter((row) => row.ask));
    for (const { id, account_id } of rows) {
      await this.lookAt(account_id, id).catch((error: unknown) => this.log.warn({ err: error, command_id: id }, 'a vehicle could not be looked at'));
    }
  }

  private async lookAt(accountId: string, id: string): Promise<void> {
    const actor = carrier(accountId);
    const saidSo = this.said.delete(id);
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

  /** Nobody waits for this: a server that is dead holds up neither vehicles nor other accounts. What is heard counts in the next round. */
  private askGateways(rows: readonly Watched[]): void {
    for (const accountId of new Set(rows.map((row) => row.account_id))) {
      if (performance.now() - (this.asked.get(accountId) ?? -Infinity) < this.times.gatewayAskMs) continue;
      this.asked.set(accountId, Infinity);
      void this.servers
        .run(() => this.askAbout(accountId, rows.filter((row) => row.account_id === accountId).slice(0, questionsMax)))
        .catch((error: unknown) => this.log.warn({ err: error, account_id: accountId }, 'a gateway cannot be asked what became of commands'))
        .finally(() => this.asked.set(accountId, performance.now()));
    }
  }

  /** One after the other; the first that gets no answer ends the round. */
  private async askAbout(accountId: string, rows: readonly Watched[]): Promise<void> {
    for (const { id } of rows) {
      const command = await this.db.read(carrier(accountId), (tx) => this.store.find(tx, id));
      if (command && (await this.askGateway(command))) this.said.add(id);
    }
  }

  private async askGateway({ id, account_id, kind, method, work_order, requested_at }: Command): Promise<boolean> {
    return (await this.methods.of(method).seenLater?.({ ...work_order, command_id: id, account_id, kind }, requested_at)) ?? false;
  }
}
