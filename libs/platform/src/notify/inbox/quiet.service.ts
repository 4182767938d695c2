import { Injectable } from '@nestjs/common';
import { Db, type Actor } from '../../database';
import { invalid } from '../../http';
import { quietHoursOf } from '../alerts/quiet-hours-of';
import { Mailer } from '../mail/mailer';
import type { QuietHours } from '../rules/quiet-hours';
import type { OwnQuietView } from './inbox.dto';
import { personOf } from './inbox.service';

/** The hours in which a person wants no e-mail from this account. Nobody else reads or sets them. */
@Injectable()
export class OwnQuiet {
  constructor(
    private readonly db: Db,
    private readonly mailer: Mailer,
  ) {}

  async hours(actor: Actor): Promise<OwnQuietView> {
    const userId = personOf(actor);
    return this.db.read(actor, async (tx) => ({
      quiet: (await quietHoursOf(tx, [userId])).get(userId) ?? null,
      time_zone: (await tx.one<{ time_zone: string }>(`select time_zone from auth.account where id = $1`, [tx.accountId]))?.time_zone ?? 'UTC',
      email_state: this.mailer.isConfigured ? 'ready' : 'not_configured',
    }));
  }

  async keep(actor: Actor, quiet: QuietHours | null): Promise<OwnQuietView> {
    const whose = [actor.accountId, personOf(actor)];
    if (quiet && quiet.from === quiet.to) throw invalid('QUIET_HOURS_EMPTY', 'Quiet hours must end at another time than they begin.');
    await this.db.write(actor, async (tx) => {
      tx.withoutAudit('a person arranges their own inbox');
      if (quiet) {
        await tx.sql(
          `insert into notify.quiet_hours (account_id, user_id, quiet_from, quiet_to) values ($1, $2, $3, $4)
           on conflict on constraint quiet_hours_pk do update set quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to`,
          [...whose, quiet.from, quiet.to],
        );
      } else await tx.sql(`delete from notify.quiet_hours where account_id = $1 and user_id = $2`, whose);
    });
    return this.hours(actor);
  }
}
