import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock';
import { Db, type Actor } from '../../database';
import { forbidden, listPage, notFound, Where, type Page } from '../../http';
import { declaredEvents } from '../../outbox';
import { unknownTypes } from '../rules/event-types';
import type { InboxQuery, NoticeView, PreferenceView, UnreadView } from './inbox.dto';

/** What a person was told. Each sees their own; a program has no inbox. */
@Injectable()
export class Inbox {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  async list(actor: Actor, query: InboxQuery): Promise<Page<NoticeView>> {
    const where = new Where().and('n.account_id = ?', actor.accountId).and('n.user_id = ?', personOf(actor)).and('n.severity = ?', query.severity).and('n.kind = ?', query.kind);
    if (query.unread !== undefined) where.and(query.unread ? 'n.read_at is null' : 'n.read_at is not null');
    const spec = {
      select: 'n.*',
      from: 'notify.notice n',
      where,
      sorts: { last_at: { sql: 'n.last_at', type: 'timestamptz' as const } },
      defaultSort: '-last_at',
      key: { sql: 'n.id', type: 'uuid' as const },
    };
    return this.db.read(actor, (tx) => listPage<NoticeView>(tx, spec, query));
  }

  async unread(actor: Actor): Promise<UnreadView> {
    return this.db.read(actor, async (tx) => {
      const row = await tx.one<UnreadView>(
        `select count(*)::int as unread, (count(*) filter (where severity = 'critical'))::int as critical from notify.notice where account_id = $1 and user_id = $2 and read_at is null`,
        [actor.accountId, personOf(actor)],
      );
      return row ?? { unread: 0, critical: 0 };
    });
  }

  async read(actor: Actor, id: string): Promise<NoticeView> {
    return this.db.write(actor, async (tx) => {
      tx.withoutAudit('reading is no business act');
      const row = await tx.one<NoticeView>(`update notify.notice set read_at = coalesce(read_at, $4) where id = $1 and account_id = $2 and user_id = $3 returning *`, [
        id,
        actor.accountId,
        personOf(actor),
        this.clock.now(),
      ]);
      if (!row) throw notFound('notification', id);
      return row;
    });
  }

  async readAll(actor: Actor, until?: string): Promise<number> {
    return this.db.write(actor, async (tx) => {
      tx.withoutAudit('reading is no business act');
      return tx.execute(`update notify.notice set read_at = $3 where account_id = $1 and user_id = $2 and read_at is null and ($4::timestamptz is null or last_at <= $4)`, [
        actor.accountId,
        personOf(actor),
        this.clock.now(),
        until ?? null,
      ]);
    });
  }

  async preferences(actor: Actor): Promise<PreferenceView[]> {
    return this.db.read(actor, (tx) => tx.sql<PreferenceView>(`select kind, muted from notify.preference where account_id = $1 and user_id = $2 order by kind`, [actor.accountId, personOf(actor)]));
  }

  /** `kind` is an event, `subsystem.*`, or `*`. */
  async mute(actor: Actor, kind: string, muted: readonly string[]): Promise<PreferenceView> {
    if (unknownTypes([kind], declaredEvents()).length > 0) throw notFound('kind of event', kind.slice(0, 120));
    const channels = [...new Set(muted)].sort();
    await this.db.write(actor, async (tx) => {
      tx.withoutAudit('a person arranges their own inbox');
      const whose = [actor.accountId, personOf(actor), kind];
      if (channels.length === 0) await tx.sql(`delete from notify.preference where account_id = $1 and user_id = $2 and kind = $3`, whose);
      else await tx.sql(`insert into notify.preference (account_id, user_id, kind, muted) values ($1, $2, $3, $4) on conflict on constraint preference_pk do update set muted = excluded.muted`, [...whose, channels]);
    });
    return { kind, muted: channels };
  }
}

export function personOf(actor: Actor): string {
  if (actor.kind !== 'user') throw forbidden('INBOX_IS_PERSONAL', 'Only people have an inbox. A program registers a webhook.');
  return actor.id;
}
