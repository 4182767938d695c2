import { Inject, Injectable } from '@nestjs/common';
import { PermissionTable } from '../../auth';
import { Clock } from '../../clock';
import { BlindIndex, PiiVault } from '../../crypto';
import type { Tx } from '../../database';
import type { Heard } from '../../outbox';
import { Catalogue, severities, type Told } from '../catalogue';
import { wakeSenders } from '../lanes';
import { addressPlace } from '../mail/mail-sender';
import { mailStore, type Addressed, type News } from '../mail/mail-store';
import { Mailer } from '../mail/mailer';
import { matchesType } from '../rules/event-types';
import { passes } from '../rules/filters';
import { quietOver, type QuietHours } from '../rules/quiet-hours';
import { defaultRules, rulesSql, type RuleRow } from './default-rules';
import { Parks } from './parks';
import { quietHoursOf } from './quiet-hours-of';
import { reached, type Reach } from './recipients';
import { Rules } from './rule.service';

const minuteMs = 60_000;

interface Wish {
  key: string;
  userId: string | null;
  rule: RuleRow;
  address: string | null;
  coalesceMin: number;
  rules: RuleRow[];
}

/** Turns an event into lines of inboxes and e-mails on their way, by the rules of its account. Runs in the delivery's transaction. */
@Injectable()
export class Teller {
  constructor(
    private readonly clock: Clock,
    private readonly catalogue: Catalogue,
    private readonly parks: Parks,
    private readonly table: PermissionTable,
    private readonly rules: Rules,
    private readonly mailer: Mailer,
    private readonly vault: PiiVault,
    @Inject(BlindIndex) private readonly index: BlindIndex,
  ) {}

  async tell(event: Heard<unknown>, tx: Tx): Promise<void> {
    const told = this.catalogue.tell(event.name, event.payload);
    const rules = await this.rulesFor(event, told, tx);
    if (rules.length === 0) return;
    const mayRead = (role: Parameters<PermissionTable['of']>[0]): boolean => (told.permission === null ? role === 'admin' : this.table.of(role).has(told.permission));
    const reaches = await reached(tx, rules, { name: event.name, park: await this.parks.of(tx, event.payload), mayRead });
    // News about one subject takes turns, so that two at once are put together and not told twice.
    await tx.sql(`select pg_advisory_xact_lock(hashtextextended('notify:' || $1 || ':' || $2 || ':' || $3, 0))`, [tx.accountId, event.name, told.subject]);
    await this.fillInboxes(tx, event, told, reaches);
    if (this.mailer.isConfigured) await this.queueMail(tx, event, told, await this.wishes(tx, rules, reaches));
  }

  private async rulesFor(event: Heard<unknown>, told: Told, tx: Tx): Promise<RuleRow[]> {
    const all = await tx.sql<RuleRow>(`select r.* from ${rulesSql} where r.enabled`, [tx.accountId, JSON.stringify(defaultRules(tx.accountId))]);
    const gravity = severities.indexOf(told.severity);
    return all.filter((r) => gravity >= severities.indexOf(r.min_severity) && matchesType(r.event_types, event.name) && passes(r.filters, event.payload));
  }

  private async fillInboxes(tx: Tx, event: Heard<unknown>, told: Told, reaches: readonly Reach[]): Promise<void> {
    const inApp = reaches.flatMap(({ member, ways }) => (ways.has('in_app') ? [{ userId: member.user_id, windowMin: ways.get('in_app')?.coalesceMin ?? 0 }] : []));
    if (inApp.length === 0) return;
    await tx.sql(
      `with told as (select * from unnest($2::uuid[], $3::int[]) as t(user_id, window_min)),
       known as (
         select distinct on (n.user_id) n.id, n.user_id from told t join notify.notice n
             on n.account_id = $1 and n.user_id = t.user_id and n.kind = $4 and n.subject = $5 and n.read_at is null and n.last_at > $11::timestamptz - t.window_min * interval '1 minute'
          order by n.user_id, n.last_at desc),
       merged as (
         update notify.notice n set times = n.times + 1, severity = $6, title = $7, text = $8, link = $9, event_id = $10, last_at = $11 from known k where n.id = k.id returning n.user_id)
       insert into notify.notice (id, account_id, user_id, kind, subject, severity, title, text, link, event_id, first_at, last_at)
       select gen_random_uuid(), $1, t.user_id, $4, $5, $6, $7, $8, $9, $10, $11, $11 from told t where t.user_id not in (select user_id from merged)`,
      [tx.accountId, inApp.map((w) => w.userId), inApp.map((w) => w.windowMin), event.name, told.subject, told.severity, told.title, told.text, told.link, event.id, this.clock.now()],
    );
  }

  private async wishes(tx: Tx, rules: readonly RuleRow[], reaches: readonly Reach[]): Promise<Wish[]> {
    const wishes = new Map<string, Wish>();
    for (const { member, ways } of reaches) {
      const way = ways.get('email');
      if (way?.rules[0]) wishes.set(`user:${member.user_id}`, { key: `user:${member.user_id}`, userId: member.user_id, address: null, rule: way.rules[0], coalesceMin: way.coalesceMin, rules: way.rules });
    }
    const outside = rules.filter((r) => r.addresses_sealed !== null && r.channels.includes('email'));
    const addresses = await this.rules.addressesOf(tx, outside);
    for (const [i, rule] of outside.entries()) {
      for (const address of addresses[i] ?? []) {
        const key = `address:${this.index.of('notify.address', address.toLowerCase()).toString('hex')}`;
        const known = wishes.get(key);
        wishes.set(key, { key, userId: null, address, rule, coalesceMin: Math.min(known?.coalesceMin ?? rule.coalesce_min, rule.coalesce_min), rules: [...(known?.rules ?? []), rule] });
      }
    }
    return [...wishes.values()];
  }

  private async queueMail(tx: Tx, event: Heard<unknown>, told: Told, wishes: readonly Wish[]): Promise<void> {
    if (wishes.length === 0) return;
    const now = this.clock.now();
    const zone = (await tx.one<{ time_zone: string }>(`select time_zone from auth.account where id = $1`, [tx.accountId]))?.time_zone ?? 'UTC';
    const before = new Map((await mailStore.before(tx, wishes.map((w) => w.key), event.name, told.subject, now)).map((b) => [b.recipient, b]));
    const own = await quietHoursOf(tx, wishes.flatMap((w) => w.userId ?? []));
    const to: Addressed[] = [];
    for (const wish of wishes) {
      const known = before.get(wish.key);
      const windowMs = wish.coalesceMin * minuteMs;
      const earliest = Math.max(now.getTime(), known?.sent_at && windowMs > 0 ? known.sent_at.getTime() + windowMs : 0);
      to.push({
        recipient: wish.key,
        userId: wish.userId,
        ruleId: wish.address === null ? null : wish.rule.id,
        addressSealed: wish.address === null ? null : await this.vault.seal(tx, wish.rule.id, addressPlace, wish.address),
        dueAt: dueAt(wish.rules, own.get(wish.userId ?? ''), told, new Date(earliest), zone),
        into: windowMs > 0 ? (known?.waiting ?? null) : null,
      });
    }
    const news: News = { kind: event.name, subject: told.subject, severity: told.severity, title: told.title, text: told.text, link: told.link };
    await mailStore.add(tx, to, news, now);
    tx.afterCommit(wakeSenders);
  }
}

/** The first moment at which one of the rules and the person's own hours let it out. What is critical passes the own hours always, those of a rule if it says so. */
function dueAt(rules: readonly RuleRow[], own: QuietHours | undefined, told: Told, at: Date, zone: string): Date {
  const isCritical = told.severity === 'critical';
  const moments = rules.map((rule) => {
    const ofRule = rule.quiet_from === null || rule.quiet_to === null || (isCritical && rule.urgent_breaks_through) ? [] : [{ from: rule.quiet_from, to: rule.quiet_to }];
    return quietOver(at, [...ofRule, ...(own && !isCritical ? [own] : [])], zone);
  });
  return new Date(Math.min(...moments.map((moment) => moment.getTime())));
}
