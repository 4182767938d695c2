import { Injectable } from '@nestjs/common';
import { Clock } from '../clock';
import { Db, statement, type Actor } from '../database';
import type { AccessClaims } from './access-token';
import { PermissionTable, type Role } from './roles';

interface Standing {
  role: Role | null;
  scopes: string[] | null;
  park_ids: string[] | null;
}

interface Cached {
  /** Account and person it was read for; a token that names others is looked up on its own. */
  whose: string;
  readAt: number;
  standing: Standing | undefined;
}

/** How long a killed session or a changed role may go unnoticed by another replica. */
const freshMs = 5_000;
const cacheMax = 20_000;

const ofSession = statement<Standing>(`
  select m.role, null::text[] as scopes, m.park_ids
    from auth.session s
    join auth.membership m on m.account_id = s.account_id and m.user_id = s.user_id and m.disabled_at is null
    join auth.app_user u on u.id = s.user_id and u.disabled_at is null
   where s.id = $1 and s.account_id = $2 and s.user_id = $3 and s.ended_at is null`);

const ofClient = statement<Standing>(`
  select null::text as role, scopes, park_ids from auth.client where id = $1 and account_id = $2 and disabled_at is null`);

/** Turns verified token claims into an actor with today's rights, or nothing when the session or client has ended. */
@Injectable()
export class Principals {
  private readonly cache = new Map<string, Cached>();
  /** Grows with every `forget`: what was read before one is not remembered after it. */
  private forgotten = 0;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly table: PermissionTable,
  ) {}

  async actorOf(claims: AccessClaims): Promise<Actor | undefined> {
    const standing = await this.standing(claims);
    if (!standing) return undefined;
    return {
      kind: claims.sid ? 'user' : 'client',
      id: claims.sub,
      accountId: claims.account,
      role: standing.role,
      permissions: standing.role ? this.table.of(standing.role) : this.table.ofScopes(standing.scopes ?? []),
      parkIds: standing.park_ids,
      ...(claims.sid ? { sessionId: claims.sid } : {}),
      ...(claims.step_up_at ? { steppedUpAt: new Date(claims.step_up_at * 1000) } : {}),
    };
  }

  /** This replica learns at once; the others within five seconds. */
  forget(sessionOrClientId?: string): void {
    this.forgotten += 1;
    if (sessionOrClientId) this.cache.delete(sessionOrClientId);
    else this.cache.clear();
  }

  private async standing(claims: AccessClaims): Promise<Standing | undefined> {
    const key = claims.sid ?? claims.client_id;
    const now = this.clock.now().getTime();
    const whose = `${claims.account}:${claims.sub}`;
    const known = this.cache.get(key);
    if (known?.whose === whose && now - known.readAt < freshMs) return known.standing;
    const { forgotten } = this;
    const standing = await this.db.systemRead('auth.principal', (tx) =>
      claims.sid ? tx.one<Standing>(ofSession, [claims.sid, claims.account, claims.sub]) : tx.one<Standing>(ofClient, [claims.client_id, claims.account]),
    );
    if (this.cache.size >= cacheMax) this.cache.clear();
    if (forgotten === this.forgotten) this.cache.set(key, { whose, readAt: now, standing });
    return standing;
  }
}
