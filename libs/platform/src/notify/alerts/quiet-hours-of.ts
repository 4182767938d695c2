import type { ReadTx } from '../../database';
import type { QuietHours } from '../rules/quiet-hours';

/** The hours that these people have set for themselves in this account. */
export async function quietHoursOf(tx: ReadTx, userIds: readonly string[]): Promise<Map<string, QuietHours>> {
  const rows = await tx.sql<{ user_id: string; from: string; to: string }>(
    `select user_id, to_char(quiet_from, 'HH24:MI') as "from", to_char(quiet_to, 'HH24:MI') as "to" from notify.quiet_hours where account_id = $1 and user_id = any($2::uuid[])`,
    [tx.accountId, userIds],
  );
  return new Map(rows.map(({ user_id, from, to }) => [user_id, { from, to }]));
}
