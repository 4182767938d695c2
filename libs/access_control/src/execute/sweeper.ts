import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { CONFIG, type Config } from '@fleet/platform/config';
import { Db, statement, type Tx } from '@fleet/platform/database';
import type { Command } from '../immobilize/command';
import { CommandStore } from '../immobilize/command.store';
import { afterRestart, ending } from '../rules/lane';
import { inFlight } from '../rules/state-machine';
import { Dispatch } from './dispatch';
import { Endings } from './endings';
import { carrier } from './runner';
import { Rounds } from './rounds';
import { Times } from './times';

const abandoned = statement<{ id: string; account_id: string }>(`
  select id, account_id from access_control.command where state in ('pending', 'sent', 'acknowledged') and lease_until < $1 order by lease_until limit 200`);

/**
 * Finds commands whose process is gone. A cut whose attempt may have left is never sent again: it ends unknown, aloud, and the
 * vehicle is let go. Requests nobody approved end here too.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('access');
  private readonly rounds = new Rounds(
    () => this.sweep(),
    () => this.times.sweepMs,
    (error) => this.log.warn({ err: error }, 'abandoned commands wait for the database'),
  );

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly times: Times,
    private readonly store: CommandStore,
    private readonly endings: Endings,
    private readonly dispatch: Dispatch,
  ) {}

  onApplicationBootstrap(): void {
    this.endings.onNext((command) => this.dispatch.start(command));
    if (this.config.FLEET_ROLES.includes('ingest') || this.config.FLEET_ROLES.includes('worker')) this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  async sweep(): Promise<void> {
    const rows = await this.db.systemRead('access_control.sweep', (tx) => tx.sql(abandoned, [this.clock.now()]));
    for (const { id, account_id } of rows) {
      await this.db.write(carrier(account_id), (tx) => this.takeUp(tx, id)).catch((error: unknown) => this.log.error({ err: error, command_id: id }, 'an abandoned command could not be taken up'));
    }
  }

  private async takeUp(tx: Tx, id: string): Promise<void> {
    const command = (await this.store.lock(tx, id)) as Command;
    const now = this.clock.now();
    tx.withoutAudit('nothing to do unless a step follows');
    if (!inFlight(command.state) || !command.lease_until || command.lease_until >= now) return;
    if (command.approval === 'waiting') return void (await this.store.step(tx, command, { what: 'nobody_approved', to: 'expired', code: 'NOT_APPROVED' }));
    for (const open of (await this.store.tries(tx, id)).filter((t) => t.outcome === null)) {
      await this.store.endAttempt(tx, command, open.no, { outcome: 'interrupted', code: 'SERVER_INTERRUPTED', answer: null, facts: null });
    }
    const tries = await this.store.tries(tx, id);
    const next = afterRestart({ kind: command.kind, state: command.state, tries }, now < command.begin_by);
    if (next.do === 'end') {
      const end = tries.length === 0 ? ending(tries) : next;
      return this.endings.settle(tx, command, { ...end, code: end.code === 'EXPIRED' ? 'EXPIRED' : 'SERVER_INTERRUPTED' }, {});
    }
    await tx.sql('update access_control.command set holder = null, lease_until = $2 where id = $1', [id, new Date(now.getTime() + this.times.leaseMs)]);
    await this.store.step(tx, command, { what: 'taken_up', to: command.state });
    tx.afterCommit(() => this.dispatch.start(command));
  }
}
