import type { Role } from '../../auth/roles';
import type { ReadTx } from '../../database';
import type { Channel, RuleRow } from './default-rules';
import type { ParkOf } from './parks';

export interface Member {
  user_id: string;
  role: Role;
  park_ids: string[] | null;
}

/** How rules, taken together, tell one person by one channel: the shortest window and the least patience win. */
export interface Way {
  coalesceMin: number;
  /** Rules by which it comes; the one with the earliest hour decides. */
  rules: RuleRow[];
}

export interface Reach {
  member: Member;
  ways: Map<Channel, Way>;
}

/** Members whom some rule names and who may read the event, with the channels they have not muted. */
export async function reached(tx: ReadTx, rules: readonly RuleRow[], about: { name: string; park: ParkOf; mayRead: (role: Role) => boolean }): Promise<Reach[]> {
  const members = await tx.sql<Member>(
    `select m.user_id, m.role, m.park_ids from auth.membership m join auth.app_user u on u.id = m.user_id
      where m.account_id = $1 and m.disabled_at is null and u.disabled_at is null and (m.role = any($2::text[]) or m.user_id = any($3::uuid[]))`,
    [tx.accountId, [...new Set(rules.flatMap((r) => r.roles))], [...new Set(rules.flatMap((r) => r.user_ids))]],
  );
  const allowed = members.filter((m) => about.mayRead(m.role) && seesPark(m, about.park));
  if (allowed.length === 0) return [];
  const muted = await mutedBy(tx, allowed, about.name);
  return allowed
    .map((member) => ({ member, ways: waysOf(rules.filter((r) => r.roles.includes(member.role) || r.user_ids.includes(member.user_id)), muted.get(member.user_id) ?? []) }))
    .filter((reach) => reach.ways.size > 0);
}

const seesPark = ({ park_ids }: Member, park: ParkOf): boolean => park === undefined || park_ids === null || (park !== null && park_ids.includes(park));

function waysOf(rules: readonly RuleRow[], muted: readonly string[]): Map<Channel, Way> {
  const ways = new Map<Channel, Way>();
  for (const rule of rules) {
    for (const channel of rule.channels.filter((c) => !muted.includes(c))) {
      const known = ways.get(channel);
      ways.set(channel, known ? { coalesceMin: Math.min(known.coalesceMin, rule.coalesce_min), rules: [...known.rules, rule] } : { coalesceMin: rule.coalesce_min, rules: [rule] });
    }
  }
  return ways;
}

async function mutedBy(tx: ReadTx, members: readonly Member[], name: string): Promise<Map<string, string[]>> {
  const rows = await tx.sql<{ user_id: string; muted: string[] }>(
    `select user_id, muted from notify.preference where account_id = $1 and user_id = any($2::uuid[]) and kind = any(array[$3, split_part($3, '.', 1) || '.*', '*'])`,
    [tx.accountId, members.map((m) => m.user_id), name],
  );
  const muted = new Map<string, string[]>();
  for (const row of rows) muted.set(row.user_id, [...(muted.get(row.user_id) ?? []), ...row.muted]);
  return muted;
}
