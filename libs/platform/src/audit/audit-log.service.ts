import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config';
import { Db, type Actor, type ReadTx } from '../database';
import { listPage, Refusal, Where, type Page } from '../http';
import type { EntriesQuery, EntryView, VerdictView } from './audit.dto';
import { checkpointFile, readCheckpoints } from './checkpoints';
import { record } from './record';
import { AuditSealer } from './sealer';
import { AuditSigningKey } from './signing-key';
import { verifyAudit, type AuditReport } from './verify';

/** Reading the log of one account, and proving it. */
@Injectable()
export class AuditLog {
  private readonly verifying = new Set<string>();

  constructor(
    private readonly db: Db,
    private readonly key: AuditSigningKey,
    private readonly sealer: AuditSealer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  entries(actor: Actor, query: EntriesQuery): Promise<Page<EntryView>> {
    const where = new Where()
      .and('e.account_id = ?', actor.accountId)
      .and('e.subject_type = ?', query.subject_type)
      .and('e.subject_id = ?', query.subject_id)
      .and('e.actor_id = ?', query.actor_id)
      .and('starts_with(e.action, ?)', query.action)
      .and('e.at >= ?', query.from)
      .and('e.at < ?', query.to);
    const spec = {
      select: `e.id::text, e.at, e.actor_kind, e.actor_id, e.session_id, e.action, e.subject_type, e.subject_id, e.reason, e.data, e.request_id`,
      from: 'audit.entry e',
      where,
      sorts: { at: { sql: 'e.at', type: 'timestamptz' as const } },
      defaultSort: '-at',
      key: { sql: 'e.id', type: 'bigint' as const },
    };
    return this.db.read(actor, async (tx) => {
      const page = await listPage<Omit<EntryView, 'sealed'>>(tx, spec, query);
      const seals = await tx.sql<{ id: string }>('select entry_id::text as id from audit.seal where entry_id = any($1::bigint[])', [page.items.map((e) => e.id)]);
      const sealed = new Set(seals.map((s) => s.id));
      return { ...page, items: page.items.map((entry) => ({ ...entry, sealed: sealed.has(entry.id) })) };
    });
  }

  /** Seals what is committed, follows the account's whole chain, and records that somebody asked. */
  async verify(actor: Actor): Promise<VerdictView> {
    const { accountId } = actor;
    if (this.verifying.has(accountId)) throw new Refusal('conflict', 'VERIFICATION_RUNNING', 'This log is being verified already.');
    this.verifying.add(accountId);
    try {
      await this.sealer.sealAll();
      const report = await this.db.readApart(actor, (tx) => this.verifyIn(tx, accountId));
      const faults = report.findings.length + report.moreFindings;
      await this.db.write(actor, (tx) => record(tx, { action: 'audit.log.verified', subject: { type: 'account', id: accountId }, data: { entries: report.entries, faults } }));
      return { ok: report.ok, entries: report.entries, batches: report.batches, unsealed: report.unsealed, faults, findings: report.findings };
    } finally {
      this.verifying.delete(accountId);
    }
  }

  private async verifyIn(tx: ReadTx, accountId: string): Promise<AuditReport> {
    const publicKey = await this.key.publicKey();
    const checkpoints = readCheckpoints(checkpointFile(this.config.FLEET_DATA_DIR));
    await tx.connection.query('begin transaction isolation level repeatable read read only');
    try {
      return await verifyAudit(tx.connection, { publicKey, checkpoints, accountId });
    } finally {
      await tx.connection.query('rollback');
    }
  }
}
