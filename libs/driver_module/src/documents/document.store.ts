import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { ReadTx, Tx } from '@fleet/platform/database';
import { listPage, notFound, Where, type ListSpec, type Page } from '@fleet/platform/http';
import type { Driver } from '../drivers/driver.entity';
import { DriverSeal } from '../drivers/driver-seal';
import type { Paper } from '../rules/assignment';
import { normalNumber } from '../rules/contact';
import { documentState, plusDays, type DocumentKind } from '../rules/document-state';
import { DriverSettings, type AccountRules } from '../settings/setting.service';
import type { AmendDriverDocumentBody, DriverDocumentQuery, DriverDocumentView } from './document.dto';

export interface DocumentRow extends Omit<DriverDocumentView, 'number' | 'issuer' | 'notes' | 'state'> {
  subject_id: string;
  details_sealed: Buffer | null;
}

interface Details {
  number?: string;
  issuer?: string;
  notes?: string;
}

const columns = `d.id, d.driver_id, d.subject_id, d.kind, d.details_sealed, d.categories, d.issued_on, d.expires_on, d.file_ids, d.verified_at, d.verified_by, d.withdrawn_at,
  d.added_by, d.created_at, d.version, o.driver_no`;
const from = 'driver_module.document d join driver_module.driver o on o.id = d.driver_id';

/** SQL of papers. Number, issuer and notes are one sealed text; the number is found by its blind index. */
@Injectable()
export class DocumentStore {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: DriverSeal,
    private readonly settings: DriverSettings,
  ) {}

  async insert(tx: Tx, driver: Driver, doc: { id: string; kind: DocumentKind; verified: boolean } & AmendDriverDocumentBody): Promise<void> {
    const now = this.clock.now();
    await tx.sql(
      `insert into driver_module.document (id, account_id, driver_id, subject_id, kind, details_sealed, number_index, categories, issued_on, expires_on, file_ids, verified_at, verified_by, added_by, created_at)
       values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        doc.id,
        tx.accountId,
        driver.id,
        doc.kind,
        ...(await this.sealed(tx, driver.id, doc)),
        doc.categories ?? [],
        doc.issued_on ?? null,
        doc.expires_on ?? null,
        doc.file_ids ?? [],
        doc.verified ? now : null,
        doc.verified ? tx.actor.id : null,
        tx.actor.id,
        now,
      ],
    );
  }

  async update(tx: Tx, row: DocumentRow, doc: AmendDriverDocumentBody): Promise<void> {
    const [details, index] = await this.sealed(tx, row.subject_id, doc);
    await tx.sql(
      `update driver_module.document set details_sealed = $2, number_index = $3, categories = $4, issued_on = $5, expires_on = $6, file_ids = $7,
              expiry_told = case when expires_on is distinct from $6::date then null else expiry_told end, version = version + 1 where id = $1`,
      [row.id, details, index, doc.categories ?? [], doc.issued_on ?? null, doc.expires_on ?? null, doc.file_ids ?? []],
    );
  }

  async find(tx: ReadTx, id: string): Promise<DocumentRow> {
    const row = await tx.one<DocumentRow>(`select ${columns} from ${from} where d.id = $1 and ($2::uuid[] is null or o.park_id = any($2))`, [id, tx.actor.parkIds]);
    if (!row) throw notFound('document', id);
    return row;
  }

  async page(tx: ReadTx, query: DriverDocumentQuery, driverId: string | undefined): Promise<Page<DriverDocumentView>> {
    const rules = await this.settings.of(tx, this.clock.now());
    const where = new Where()
      .and('d.account_id = ?', tx.accountId)
      .and('o.park_id = any(?)', tx.actor.parkIds ?? undefined)
      .and('d.driver_id = ?', driverId)
      .and('d.kind = ?', query.kind)
      .and('(d.verified_at is not null) = ?', query.verified)
      .and('d.number_index = ?', query.number === undefined ? undefined : this.sealer.index(tx.accountId, 'document', normalNumber(query.number)));
    this.narrowByDays(where, query, rules);
    const page = await listPage<DocumentRow>(tx, specOf(where), query);
    return { ...page, items: await this.views(tx, page.items, rules) };
  }

  async views(tx: ReadTx, rows: readonly DocumentRow[], rules?: AccountRules): Promise<DriverDocumentView[]> {
    const { today, expiring_days } = rules ?? (await this.settings.of(tx, this.clock.now()));
    const details = await this.sealer.openMany<Details>(
      tx,
      'document',
      rows.map((row) => ({ subjectId: row.subject_id, sealed: row.details_sealed })),
    );
    return rows.map((row, i) => ({ ...row, number: details[i]?.number ?? null, issuer: details[i]?.issuer ?? null, notes: details[i]?.notes ?? null, state: documentState(row, today, expiring_days) }));
  }

  /** The papers as the rules judge them, on that day. */
  async papers(tx: ReadTx, driverId: string, rules: Pick<AccountRules, 'today' | 'expiring_days'>): Promise<Paper[]> {
    const rows = await tx.sql<Pick<DocumentRow, 'kind' | 'expires_on' | 'verified_at' | 'withdrawn_at'>>(
      'select kind, expires_on, verified_at, withdrawn_at from driver_module.document where driver_id = $1 and withdrawn_at is null',
      [driverId],
    );
    return rows.map((row) => ({ kind: row.kind, expires_on: row.expires_on, verified: row.verified_at !== null, state: documentState(row, rules.today, rules.expiring_days) }));
  }

  private narrowByDays(where: Where, query: DriverDocumentQuery, { today, expiring_days }: AccountRules): void {
    if (query.expires_within_days !== undefined) where.and('d.withdrawn_at is null').and('d.expires_on <= ?', plusDays(today, query.expires_within_days));
    if (!query.state) return;
    where.and(query.state === 'withdrawn' ? 'd.withdrawn_at is not null' : 'd.withdrawn_at is null');
    if (query.state === 'expired') where.and('d.expires_on < ?', today);
    if (query.state === 'expiring') where.and('d.expires_on >= ?', today).and('d.expires_on <= ?', plusDays(today, expiring_days));
    if (query.state === 'valid') where.and('(d.expires_on is null or d.expires_on > ?)', plusDays(today, expiring_days));
  }

  private async sealed(tx: Tx, subjectId: string, { number, issuer, notes }: AmendDriverDocumentBody): Promise<[Buffer | null, Buffer | null]> {
    const normal = number ? normalNumber(number) : '';
    return [await this.sealer.sealSaid(tx, subjectId, 'document', { number, issuer, notes }), normal === '' ? null : this.sealer.index(tx.accountId, 'document', normal)];
  }
}

function specOf(where: Where): ListSpec {
  return {
    select: columns,
    from,
    where,
    sorts: {
      expires_on: { sql: `coalesce(d.expires_on, 'infinity'::date)`, type: 'date' },
      created_at: { sql: 'd.created_at', type: 'timestamptz' },
      driver_no: { sql: 'o.driver_no', type: 'numeric' },
    },
    defaultSort: 'expires_on',
    key: { sql: 'd.id', type: 'uuid' },
  };
}
