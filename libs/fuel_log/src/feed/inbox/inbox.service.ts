import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { expectVersion, listPage, notFound, rule, Where, type Page } from '@fleet/platform/http';
import { judge } from '../imports/judgement';
import type { DecisionView, EditBody, InboxItemView, FeedInboxQuery } from './inbox.dto';
import { issueWords, type IssueCode } from './issues';
import { suggestionsFor } from './suggestions';

interface Row extends Omit<InboxItemView, 'issues' | 'decisions'> {
  account_id: string;
  issues: string[];
  fuel_type_key: string | null;
  department_key: string | null;
  decision: string | null;
}

const columns = `r.account_id, r.review_id as id, r.id as record_id, r.imported_at as received_at, r.message, r.raw, r.overlay, r.car, r.plate_norm, r.vehicle_id, r.fueled_at, r.litres, r.amount_minor,
  r.currency, r.odometer_km, r.odometer_void_reason, r.fuel_type, r.fuel_type_key, r.department, r.department_key, r.driver, r.station, r.duplicate_of, r.issues || r.context_issues as issues, r.decision, r.version,
  case when r.decision is not null then r.decision when r.state = 'waiting' and r.deleted_at is null and r.fill_up_id is null then 'waiting' else 'settled' end as state`;

const stateIs: Record<string, string> = {
  waiting: `r.state = 'waiting' and r.deleted_at is null and r.fill_up_id is null`,
  applied: `r.decision = 'applied'`,
  declined: `r.decision = 'declined'`,
  settled: `r.decision is null and (r.state = 'accepted' or r.deleted_at is not null or r.fill_up_id is not null)`,
};

type Decision = 'applied' | 'declined' | null;

/** Records that a machine should not judge alone, and what people made of them. The record itself is never changed. */
@Injectable()
export class Inbox {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  list(actor: Actor, query: FeedInboxQuery): Promise<Page<InboxItemView>> {
    const where = new Where()
      .and('r.account_id = ?', actor.accountId)
      .and('r.review_id is not null')
      .and(stateIs[query.state ?? 'waiting'] ?? 'false')
      .and('(r.issues || r.context_issues) @> array[?]::text[]', query.issue)
      .and('r.plate_norm = fuel.norm_plate(?)', query.plate)
      .and('r.vehicle_id in (select id from transport_registry.vehicle where park_id = any(?))', actor.parkIds ?? undefined);
    const spec = { select: columns, from: 'fuel.records r', where, sorts: { received_at: { sql: 'r.imported_at', type: 'timestamptz' as const }, fueled_at: { sql: `coalesce(r.fueled_at, '-infinity')`, type: 'timestamptz' as const } }, defaultSort: 'received_at', key: { sql: 'r.review_id', type: 'uuid' as const } };
    return this.db.read(actor, async (tx) => {
      const page = await listPage<Row>(tx, spec, query);
      return { ...page, items: await this.shown(tx, page.items) };
    });
  }

  get(actor: Actor, id: string): Promise<InboxItemView> {
    return this.db.read(actor, async (tx) => (await this.shown(tx, [await this.find(tx, id)]))[0] as InboxItemView);
  }

  apply(actor: Actor, id: string, reason?: string, version?: number): Promise<InboxItemView> {
    return this.decide(actor, id, 'apply', reason, version, async (tx, row) => {
      if (row.fueled_at === null || row.litres === null) throw rule('FUEL_RECORD_INCOMPLETE', 'Without a date and litres it cannot count. Correct it first, or decline it.');
      await this.put(tx, row, 'applied', row.overlay);
    });
  }

  decline(actor: Actor, id: string, reason: string, version?: number): Promise<InboxItemView> {
    return this.decide(actor, id, 'decline', reason, version, (tx, row) => this.put(tx, row, 'declined', row.overlay));
  }

  edit(actor: Actor, id: string, body: EditBody, version?: number): Promise<InboxItemView> {
    return this.decide(actor, id, 'edit', body.reason, version, async (tx, row) => {
      const overlay = { ...row.overlay, ...overlayOf(body) };
      await this.put(tx, row, null, overlay);
      if (body.apply) {
        const after = await this.find(tx, id);
        if (after.fueled_at === null || after.litres === null) throw rule('FUEL_RECORD_INCOMPLETE', 'Without a date and litres it cannot count.');
        await this.put(tx, after, 'applied', overlay);
      }
    });
  }

  /** Takes back the last decision that was not taken back yet. */
  undo(actor: Actor, id: string, version?: number): Promise<InboxItemView> {
    return this.decide(actor, id, 'undo', undefined, version, async (tx, row) => {
      const last = await tx.one<{ id: string; before_decision: Decision; before_overlay: Record<string, unknown> | null }>(
        `select id, before_decision, before_overlay from fuel.decision where account_id = $1 and record_id = $2 and action <> 'undo' and undone_by is null order by id desc limit 1`,
        [tx.accountId, row.record_id],
      );
      if (!last) throw rule('FUEL_NOTHING_TO_UNDO', 'Nobody decided anything here that could be taken back.');
      await this.put(tx, row, last.before_decision, last.before_overlay);
      return last.id;
    });
  }

  private decide(actor: Actor, id: string, action: DecisionView['action'], reason: string | undefined, version: number | undefined, act: (tx: Tx, row: Row) => Promise<string | void>): Promise<InboxItemView> {
    return this.db.write(actor, async (tx) => {
      await tx.sql('select 1 from fuel.records where review_id = $1 for update', [id]);
      const before = await this.find(tx, id);
      expectVersion(before.version, version);
      const undone = await act(tx, before);
      const after = await this.find(tx, id);
      const decision = await tx.one<{ id: string }>(
        `insert into fuel.decision (account_id, record_id, action, reason, before_decision, before_overlay, after_overlay, decided_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
        [tx.accountId, before.record_id, action, reason ?? null, before.decision, json(before.overlay), json(after.overlay), actor.id, this.clock.now()],
      );
      if (undone) await tx.sql('update fuel.decision set undone_by = $2 where id = $1', [undone, decision?.id]);
      await judge(tx, [before.plate_norm, after.plate_norm]);
      await record(tx, { action: `fuel_log.inbox.${pastOf[action]}`, subject: { type: 'fuel_record', id }, ...(reason ? { reason } : {}), data: { issues: before.issues } });
      return (await this.shown(tx, [await this.find(tx, id)]))[0] as InboxItemView;
    });
  }

  private async put(tx: Tx, row: Row, decision: Decision, overlay: Record<string, unknown> | null): Promise<void> {
    await tx.sql('update fuel.records set decision = $3, overlay = $4, version = version + 1 where account_id = $1 and id = $2', [tx.accountId, row.record_id, decision, json(overlay)]);
  }

  private async find(tx: ReadTx, id: string): Promise<Row> {
    const where = tx.actor.parkIds === null ? '' : 'and r.vehicle_id in (select v.id from transport_registry.vehicle v where v.park_id = any($2))';
    const row = await tx.one<Row>(`select ${columns} from fuel.records r where r.review_id = $1 ${where}`, tx.actor.parkIds === null ? [id] : [id, tx.actor.parkIds]);
    if (!row) throw notFound('record in the inbox', id);
    return row;
  }

  private async shown(tx: ReadTx, rows: Row[]): Promise<InboxItemView[]> {
    const suggest = await suggestionsFor(tx, rows);
    const decisions = rows.length === 0 ? [] : await tx.sql<DecisionView & { record_id: string }>(
      `select record_id, action, reason, decided_by, at, undone_by is not null as undone from fuel.decision where account_id = $1 and record_id = any($2) order by id desc`,
      [tx.accountId, rows.map((r) => r.record_id)],
    );
    return rows.map((row) => ({
      ...row,
      issues: row.issues.map((code) => ({ code, detail: issueWords[code as IssueCode], suggestion: suggest(code, row) })),
      decisions: decisions.filter((d) => d.record_id === row.record_id).slice(0, 20),
    }));
  }
}

const pastOf = { apply: 'applied', edit: 'edited', decline: 'declined', undo: 'undone' } as Record<string, string>;
const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** The names under which the database reads a record, so that a correction is read exactly as a message is. */
function overlayOf({ plate, fueled_at, litres, amount, odometer_km, fuel_type, department }: EditBody): Record<string, unknown> {
  const said = { car: plate, fuel_date: fueled_at, litres, amount, odometer: odometer_km, fuel_type, department };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
