import { Injectable } from '@nestjs/common';
import { ImmobilizingResumed, ImmobilizingStopped } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { expectVersion, rule } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import type { AmendImmobilizingBody, ImmobilizingView } from './setting.dto';

const defaults: ImmobilizingView = {
  immobilizing: false,
  legal_basis: null,
  second_approver: false,
  approval_minutes: 5,
  vehicle_per_hour: 6,
  person_per_hour: 20,
  account_per_hour: 60,
  stopped_at: null,
  stopped_by: null,
  stop_reason: null,
  updated_at: null,
  version: 1,
};

const columns = Object.keys(defaults);
const ofAccount = statement<ImmobilizingView>(`select ${columns.join(', ')} from access_control.setting where account_id = $1`);
const upsert = `insert into access_control.setting (account_id, ${columns.join(', ')}) values ($1, ${columns.map((_, i) => `$${i + 2}`).join(', ')})
  on conflict (account_id) do update set ${columns.map((c) => `${c} = excluded.${c}`).join(', ')}`;

/** What the account allows. Until somebody says otherwise: nothing. */
@Injectable()
export class ImmobilizingSettings {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async of(tx: ReadTx): Promise<ImmobilizingView> {
    return (await tx.one(ofAccount, [tx.accountId])) ?? defaults;
  }

  get(actor: Actor): Promise<ImmobilizingView> {
    return this.db.read(actor, (tx) => this.of(tx));
  }

  amend(actor: Actor, body: AmendImmobilizingBody, version: number | undefined): Promise<ImmobilizingView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx);
      expectVersion(before.version, version);
      const after = { ...before, ...body };
      if (after.immobilizing && !after.legal_basis) throw rule('LEGAL_BASIS_MISSING', 'Say on what ground the account may stop vehicles before switching it on.');
      await record(tx, { action: 'access_control.setting.amended', subject: { type: 'account', id: actor.accountId }, data: { ...body } });
      return this.keep(tx, after);
    });
  }

  /** The kill switch: from the next attempt on, nothing is sent for anybody but releases. */
  stop(actor: Actor, reason: string): Promise<ImmobilizingView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx);
      if (before.stopped_at) {
        tx.withoutAudit('it is on already');
        return before;
      }
      await record(tx, { action: 'access_control.immobilization.stopped', subject: { type: 'account', id: actor.accountId }, reason });
      await emit(tx, ImmobilizingStopped, { by: actor.id, reason });
      return this.keep(tx, { ...before, stopped_at: this.clock.now(), stopped_by: actor.id, stop_reason: reason });
    });
  }

  resume(actor: Actor, reason: string): Promise<ImmobilizingView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx);
      if (!before.stopped_at) throw rule('NOT_STOPPED', 'The kill switch is off.');
      await record(tx, { action: 'access_control.immobilization.resumed', subject: { type: 'account', id: actor.accountId }, reason });
      await emit(tx, ImmobilizingResumed, { by: actor.id, reason });
      return this.keep(tx, { ...before, stopped_at: null, stopped_by: null, stop_reason: null });
    });
  }

  private async lock(tx: Tx): Promise<ImmobilizingView> {
    await tx.sql(`select pg_advisory_xact_lock(hashtextextended('access_control.setting:' || $1, 0))`, [tx.accountId]);
    return this.of(tx);
  }

  private async keep(tx: Tx, view: ImmobilizingView): Promise<ImmobilizingView> {
    const kept = { ...view, updated_at: this.clock.now(), version: view.version + 1 } as ImmobilizingView & Record<string, unknown>;
    await tx.sql(upsert, [tx.accountId, ...columns.map((c) => kept[c])]);
    return kept;
  }
}
