import { statement, type Db, type Tx } from '../../database';
import type { Severity } from '../catalogue';

export interface DueMail {
  id: string;
  account_id: string;
  user_id: string | null;
  rule_id: string | null;
  address_sealed: Buffer | null;
  recipient: string;
  title: string;
  text: string;
  link: string | null;
  times: number;
  attempts: number;
}

const batch = 100;

const claim = statement<DueMail>(`
  with due as (
    select id from notify.mail where state = 'pending' and due_at <= $1 and (lease_until is null or lease_until < $1)
     order by due_at limit ${batch} for update skip locked)
  update notify.mail m set lease_until = $2, leased_by = $3 from due where m.id = due.id
  returning m.id, m.account_id, m.user_id, m.rule_id, m.address_sealed, m.recipient, m.title, m.text, m.link, m.times, m.attempts`);

/** What of this kind and subject was told to each recipient before: when it last went out, and what still waits. */
const before = statement<{ recipient: string; sent_at: Date | null; waiting: string | null }>(`
  select r.recipient, max(m.finished_at) filter (where m.state = 'sent') as sent_at,
         (array_agg(m.id order by m.created_at desc) filter (where m.state = 'pending' and (m.lease_until is null or m.lease_until < $5)))[1]::text as waiting
    from unnest($2::text[]) as r(recipient) left join notify.mail m on m.account_id = $1 and m.recipient = r.recipient and m.kind = $3 and m.subject = $4
     and m.created_at > $5::timestamptz - interval '14 days'
   group by r.recipient`);

export interface Addressed {
  recipient: string;
  userId: string | null;
  ruleId: string | null;
  addressSealed: Buffer | null;
  dueAt: Date;
  /** The one that waits and takes this news in. */
  into: string | null;
}

export interface News {
  kind: string;
  subject: string;
  severity: Severity;
  title: string;
  text: string;
  link: string | null;
}

/** The SQL of e-mails. */
export const mailStore = {
  claim: (db: Db, now: Date, leaseMs: number, by: string): Promise<DueMail[]> =>
    db.system('notify.claim_mail', (tx) => tx.sql(claim, [now, new Date(now.getTime() + leaseMs), by])),

  before: (tx: Tx, recipients: string[], kind: string, subject: string, now: Date): Promise<{ recipient: string; sent_at: Date | null; waiting: string | null }[]> =>
    tx.sql(before, [tx.accountId, recipients, kind, subject, now]),

  add: async (tx: Tx, to: readonly Addressed[], news: News, now: Date): Promise<void> => {
    const texts = [news.severity, news.title, news.text, news.link];
    for (const { into, dueAt, recipient, userId, ruleId, addressSealed } of to) {
      const merged =
        into === null
          ? 0
          : await tx.execute(
              `update notify.mail set times = times + 1, severity = $2, title = $3, text = $4, link = $5, due_at = least(due_at, $6) where id = $1 and state = 'pending' and (lease_until is null or lease_until < $7)`,
              [into, ...texts, dueAt, now],
            );
      if (merged > 0) continue;
      await tx.sql(
        `insert into notify.mail (id, account_id, user_id, rule_id, address_sealed, recipient, kind, subject, severity, title, text, link, state, created_at, due_at)
         values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12, $13)`,
        [tx.accountId, userId, ruleId, addressSealed, recipient, news.kind, news.subject, ...texts, now, dueAt],
      );
    }
  },

  finish: (tx: Tx, ids: string[], by: string, state: 'pending' | 'sent' | 'dead', dueAt: Date, error: string | null, now: Date): Promise<number> =>
    tx.execute(
      `update notify.mail set state = $3, attempts = attempts + 1, due_at = $4, last_error = $5, lease_until = null, leased_by = null, finished_at = case when $3 = 'pending' then null else $6::timestamptz end
        where id = any($1::uuid[]) and leased_by = $2 and state = 'pending'`,
      [ids, by, state, dueAt, error, now],
    ),
};
