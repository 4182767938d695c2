import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '../../audit';
import { Clock } from '../../clock';
import { PiiVault } from '../../crypto';
import { Db, type Actor, type ReadTx, type Tx } from '../../database';
import { conflict, expectVersion, invalid, listPage, notFound, rule, Where, type ListQuery, type Page } from '../../http';
import { declaredEvents } from '../../outbox';
import { unknownTypes } from '../rules/event-types';
import { filterFaults } from '../rules/filters';
import { Mailer } from '../mail/mailer';
import { defaultRules, rulesSql, type RuleRow } from './default-rules';
import type { AmendRuleBody, RuleBody, RuleView } from './rule.dto';

export const addressesPlace = 'notify.rule.addresses';
const ruleMax = 200;

type Wanted = Omit<RuleRow, 'id' | 'account_id' | 'default_key' | 'addresses_sealed' | 'created_by' | 'created_at' | 'version'> & { addresses: string[] };

/** Who is told of what, and how. */
@Injectable()
export class Rules {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vault: PiiVault,
    private readonly mailer: Mailer,
  ) {}

  list(actor: Actor, query: ListQuery): Promise<Page<RuleView>> {
    const { accountId } = actor;
    const spec = {
      select: 'r.*',
      from: rulesSql,
      where: new Where().and('r.account_id = ?', accountId).and('?::jsonb is not null', JSON.stringify(defaultRules(accountId))),
      sorts: { name: { sql: 'lower(r.name)', type: 'text' as const } },
      defaultSort: 'name',
      key: { sql: 'r.id', type: 'uuid' as const },
    };
    return this.db.read(actor, async (tx) => {
      const page = await listPage<RuleRow>(tx, spec, query);
      return { items: await this.views(tx, page.items), next_cursor: page.next_cursor };
    });
  }

  async get(actor: Actor, id: string): Promise<RuleView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<RuleRow>(`select r.* from ${rulesSql} where r.id = $3`, [actor.accountId, JSON.stringify(defaultRules(actor.accountId)), id]);
      if (!row) throw notFound('rule', id);
      return (await this.views(tx, [row]))[0] as RuleView;
    });
  }

  async make(actor: Actor, body: RuleBody): Promise<RuleView> {
    const id = randomUUID();
    const wanted: Wanted = { enabled: true, filters: [], min_severity: 'info', user_ids: [], roles: [], addresses: [], coalesce_min: 0, ...withoutQuiet(body), ...quietColumns(body.quiet ?? null) };
    return this.db.write(actor, async (tx) => {
      await tx.sql(`select pg_advisory_xact_lock(hashtextextended('notify.rule:' || $1, 0))`, [actor.accountId]);
      const [count] = await tx.sql<{ n: number }>(`select count(*)::int as n from notify.rule where account_id = $1`, [actor.accountId]);
      if ((count?.n ?? 0) >= ruleMax) throw rule('TOO_MANY_RULES', `An account has at most ${ruleMax} rules.`);
      await this.refuseUnusable(tx, wanted);
      await this.insert(tx, { ...wanted, id, account_id: actor.accountId, default_key: null, addresses_sealed: await this.sealed(tx, id, wanted.addresses), created_by: actor.id, created_at: this.clock.now(), version: 1 });
      await record(tx, { action: 'notify.rule.made', subject: { type: 'rule', id }, data: facts(wanted) });
      return this.get(actor, id);
    });
  }

  async amend(actor: Actor, id: string, change: AmendRuleBody, version?: number): Promise<RuleView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.locked(tx, id);
      expectVersion(before.version, version);
      const addresses = change.addresses ?? (await this.addressesOf(tx, [before]))[0] ?? [];
      const wanted: Wanted = { ...before, ...withoutQuiet(change), addresses, ...(change.quiet === undefined ? {} : quietColumns(change.quiet)) };
      await this.refuseUnusable(tx, wanted);
      const sealed = change.addresses ? await this.sealed(tx, id, addresses) : before.addresses_sealed;
      await tx.sql(
        `update notify.rule set name = $2, enabled = $3, event_types = $4, filters = $5, min_severity = $6, user_ids = $7, roles = $8, addresses_sealed = $9, channels = $10,
                quiet_from = $11, quiet_to = $12, urgent_breaks_through = $13, coalesce_min = $14, version = version + 1 where id = $1`,
        [id, ...columnsOf({ ...wanted, addresses_sealed: sealed })],
      );
      await record(tx, { action: 'notify.rule.amended', subject: { type: 'rule', id }, data: facts(wanted) });
      return this.get(actor, id);
    });
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      if ((await this.locked(tx, id)).default_key !== null) throw conflict('DEFAULT_RULE', 'This rule came with the house. Switch it off instead.');
      await tx.sql(`delete from notify.mail where account_id = $1 and rule_id = $2 and state = 'pending'`, [actor.accountId, id]);
      await tx.sql(`delete from notify.rule where id = $1`, [id]);
      await record(tx, { action: 'notify.rule.removed', subject: { type: 'rule', id } });
    });
  }

  /** The addresses outside that each rule names, in the order asked. */
  async addressesOf(tx: ReadTx, rows: readonly RuleRow[]): Promise<string[][]> {
    const opened = await this.vault.openMany(tx, rows.map((r) => ({ subjectId: r.id, place: addressesPlace, sealed: r.addresses_sealed })));
    return opened.map((text) => (text === null ? [] : (JSON.parse(text) as string[])));
  }

  /** A default becomes a row of the account when somebody first changes it. */
  private async locked(tx: Tx, id: string): Promise<RuleRow> {
    const find = (): Promise<RuleRow | undefined> => tx.one<RuleRow>(`select * from notify.rule where id = $1 and account_id = $2 for update`, [id, tx.accountId]);
    const known = await find();
    if (known) return known;
    const standard = defaultRules(tx.accountId).find((d) => d.id === id);
    if (standard) await this.insert(tx, standard);
    const made = await find();
    if (!made) throw notFound('rule', id);
    return made;
  }

  private async insert(tx: Tx, row: RuleRow): Promise<void> {
    await tx.sql(
      `insert into notify.rule (id, name, enabled, event_types, filters, min_severity, user_ids, roles, addresses_sealed, channels, quiet_from, quiet_to, urgent_breaks_through, coalesce_min,
              account_id, default_key, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict do nothing`,
      [row.id, ...columnsOf(row), row.account_id, row.default_key, row.created_by, row.created_at],
    );
  }

  private async sealed(tx: Tx, id: string, addresses: string[]): Promise<Buffer | null> {
    return addresses.length > 0 ? this.vault.seal(tx, id, addressesPlace, JSON.stringify(addresses)) : null;
  }

  private async refuseUnusable(tx: ReadTx, wanted: Wanted): Promise<void> {
    const unknown = unknownTypes(wanted.event_types, declaredEvents());
    if (wanted.event_types.length === 0 || unknown.length > 0) throw invalid('UNKNOWN_EVENT_TYPE', unknown.length > 0 ? `There is no event ${unknown.join(', ')}.` : 'Name at least one event.', { facts: { known: declaredEvents() } });
    const errors = filterFaults(wanted.filters);
    if (errors.length > 0) throw invalid('UNUSABLE_FILTER', 'A filter cannot be applied.', { errors });
    if (wanted.channels.length === 0) throw rule('RULE_WITHOUT_CHANNEL', 'Name a channel: in_app or email.');
    if (wanted.user_ids.length + wanted.roles.length + wanted.addresses.length === 0) throw rule('RULE_TELLS_NOBODY', 'Name somebody: users, roles or addresses.');
    if (wanted.addresses.length > 0 && !wanted.channels.includes('email')) throw rule('ADDRESSES_WITHOUT_EMAIL', 'Addresses are reached by e-mail only; add that channel.');
    const members = await tx.sql<{ user_id: string }>(`select user_id from auth.membership where account_id = $1 and user_id = any($2::uuid[])`, [tx.accountId, wanted.user_ids]);
    const missing = wanted.user_ids.filter((id) => !members.some((m) => m.user_id === id.toLowerCase()));
    if (missing.length > 0) throw invalid('UNKNOWN_USER', `There is nobody with the id ${missing.join(', ')}.`, { facts: { missing } });
  }

  private async views(tx: ReadTx, rows: RuleRow[]): Promise<RuleView[]> {
    const addresses = await this.addressesOf(tx, rows);
    return rows.map((row, i) => ({
      ...row,
      is_default: row.default_key !== null,
      addresses: addresses[i] ?? [],
      quiet: row.quiet_from && row.quiet_to ? { from: row.quiet_from.slice(0, 5), to: row.quiet_to.slice(0, 5), urgent: row.urgent_breaks_through ? 'breaks_through' : 'waits' } : null,
      email_state: row.channels.includes('email') ? (this.mailer.isConfigured ? 'ready' : 'not_configured') : 'not_used',
    }));
  }
}

const withoutQuiet = <B extends { quiet?: unknown }>({ quiet: _, ...rest }: B): Omit<B, 'quiet'> => definedOf(rest);
const definedOf = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;

const quietColumns = (quiet: RuleBody['quiet']): Pick<RuleRow, 'quiet_from' | 'quiet_to' | 'urgent_breaks_through'> => ({
  quiet_from: quiet?.from ?? null,
  quiet_to: quiet?.to ?? null,
  urgent_breaks_through: quiet?.urgent !== 'waits',
});

const columnsOf = (r: Omit<Wanted, 'addresses'> & { addresses_sealed: Buffer | null }): unknown[] => [
  r.name,
  r.enabled,
  r.event_types,
  JSON.stringify(r.filters),
  r.min_severity,
  r.user_ids,
  r.roles,
  r.addresses_sealed,
  r.channels,
  r.quiet_from,
  r.quiet_to,
  r.urgent_breaks_through,
  r.coalesce_min,
];

/** What the audit log keeps: no address of anybody. */
const facts = ({ name, enabled, event_types, min_severity, user_ids, roles, channels, addresses }: Wanted): Record<string, unknown> => ({
  name,
  enabled,
  event_types,
  min_severity,
  user_ids,
  roles,
  channels,
  addresses: addresses.length,
});
