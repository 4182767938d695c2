import { Inject, Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '../audit';
import { Clock } from '../clock';
import { CONFIG, type Config } from '../config';
import { Db, type Actor, type Tx } from '../database';
import { notFound, Refusal } from '../http/refusal';
import { AccessTokens } from './access-token';
import { Principals } from './principals';
import { hashSecret, newSecret } from './secrets';

export interface Tokens {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token: string;
}

export interface NewSession {
  userId: string;
  accountId: string;
  clientId: string;
  steppedUpAt: Date | null;
  userAgent: string | undefined;
  address: string | undefined;
}

interface RefreshRow {
  session_id: string;
  used_at: Date | null;
  expired: boolean;
  user_id: string;
  account_id: string;
  client_id: string;
  stepped_up_at: Date | null;
  ended_at: Date | null;
}

const hourMs = 3_600_000;

/** Sessions of people. A refresh token works once; using it again ends the whole session, since somebody copied it. */
@Injectable()
export class Sessions {
  private readonly log = new Logger('auth');

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly tokens: AccessTokens,
    private readonly principals: Principals,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async open(tx: Tx, request: NewSession): Promise<{ sessionId: string; tokens: () => Promise<Tokens> }> {
    const now = this.clock.now();
    const sessionId = randomUUID();
    await tx.sql(
      `insert into auth.session (id, account_id, user_id, client_id, created_at, last_used_at, expires_at, stepped_up_at, user_agent, address)
       values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)`,
      [sessionId, request.accountId, request.userId, request.clientId, now, new Date(now.getTime() + this.config.SESSION_MAX_TTL_H * hourMs), request.steppedUpAt, request.userAgent?.slice(0, 300) ?? null, request.address ?? null],
    );
    await tx.sql(`update auth.membership set last_used_at = $3 where account_id = $1 and user_id = $2`, [request.accountId, request.userId, now]);
    const refresh = await this.newRefreshToken(tx, request.accountId, sessionId, now);
    return { sessionId, tokens: async () => ({ ...(await this.accessFor(request.userId, request.accountId, request.clientId, sessionId, request.steppedUpAt)), refresh_token: refresh }) };
  }

  async refresh(refreshToken: string, clientId: string | undefined): Promise<Tokens> {
    const now = this.clock.now();
    const outcome = await this.db.system('auth.refresh', async (tx) => {
      const row = await tx.one<RefreshRow>(
        `select r.session_id, r.used_at, r.expires_at <= $2 or s.expires_at <= $2 as expired, s.user_id, s.account_id, s.client_id, s.stepped_up_at, s.ended_at
           from auth.refresh_token r join auth.session s on s.id = r.session_id where r.token_hash = $1 for update of r, s`,
        [hashSecret(refreshToken), now],
      );
      if (!row || row.expired || row.ended_at || (clientId && clientId !== row.client_id)) return undefined;
      if (row.used_at) {
        await this.end(tx, row.session_id, 'refresh_token_reused');
        this.log.warn({ session_id: row.session_id }, 'a refresh token was used twice; its session was ended');
        return undefined;
      }
      await tx.sql(`update auth.refresh_token set used_at = $2 where token_hash = $1`, [hashSecret(refreshToken), now]);
      await tx.sql(`update auth.session set last_used_at = $2 where id = $1`, [row.session_id, now]);
      return { row, next: await this.newRefreshToken(tx, row.account_id, row.session_id, now) };
    });
    if (!outcome) throw new Refusal('unauthenticated', 'INVALID_REFRESH_TOKEN', 'The refresh token is not valid any more. Sign in again.');
    const { row, next } = outcome;
    return { ...(await this.accessFor(row.user_id, row.account_id, row.client_id, row.session_id, row.stepped_up_at)), refresh_token: next };
  }

  /** A token whose holder just proved the second factor; the session remembers it for later refreshes. */
  async stepUp(actor: Actor, at: Date): Promise<Omit<Tokens, 'refresh_token'>> {
    const session = await this.db.write(actor, async (tx) => {
      await record(tx, { action: 'auth.session.stepped_up', subject: { type: 'session', id: actor.sessionId ?? '' } });
      return tx.one<{ client_id: string }>(`update auth.session set stepped_up_at = $2 where id = $1 and ended_at is null returning client_id`, [actor.sessionId, at]);
    });
    if (!session || !actor.sessionId) throw notFound('session', actor.sessionId);
    return this.accessFor(actor.id, actor.accountId, session.client_id, actor.sessionId, at);
  }

  /** Ends a session of the account; for one's own, `ownerId` limits it. */
  async kill(actor: Actor, sessionId: string, ownerId?: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      const ended = await tx.execute(
        `update auth.session set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null and ($4::uuid is null or user_id = $4)`,
        [sessionId, this.clock.now(), ownerId ? 'signed_out' : 'killed', ownerId ?? null],
      );
      if (ended === 0) throw notFound('open session', sessionId);
      await record(tx, { action: 'auth.session.ended', subject: { type: 'session', id: sessionId } });
      tx.afterCommit(() => this.principals.forget(sessionId));
    });
  }

  /** RFC 7009: revoking any refresh token of a session ends it; an unknown token is no error. */
  async revoke(refreshToken: string): Promise<void> {
    await this.db.system('auth.revoke', async (tx) => {
      const row = await tx.one<{ session_id: string }>(`select session_id from auth.refresh_token where token_hash = $1`, [hashSecret(refreshToken)]);
      if (row) await this.end(tx, row.session_id, 'revoked');
    });
  }

  /** The person's sessions in this account. */
  async endAllOf(tx: Tx, userId: string, reason: string): Promise<void> {
    await tx.sql(`update auth.session set ended_at = $2, end_reason = $3 where user_id = $1 and ended_at is null`, [userId, this.clock.now(), reason]);
    this.rightsChanged(tx);
  }

  /** The person's sessions in every account: who they are was in doubt, not what they may do here. */
  async endEverywhere(tx: Tx, userId: string, reason: string): Promise<void> {
    await tx.beyondAccount('one password opens all accounts of a person', () => this.endAllOf(tx, userId, reason));
  }

  /** Rights of somebody changed: the next request looks them up. */
  rightsChanged(tx: Tx): void {
    tx.afterCommit(() => this.principals.forget());
  }

  /** Ends one session in the caller's unit of work. */
  async end(tx: Tx, sessionId: string, reason: string): Promise<void> {
    await tx.sql(`update auth.session set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null`, [sessionId, this.clock.now(), reason]);
    tx.afterCommit(() => this.principals.forget(sessionId));
  }

  private accessFor(userId: string, accountId: string, clientId: string, sessionId: string, steppedUpAt: Date | null): Promise<Omit<Tokens, 'refresh_token'>> {
    return this.tokens.issue({ subject: userId, accountId, clientId, sessionId, steppedUpAt });
  }

  private async newRefreshToken(tx: Tx, accountId: string, sessionId: string, now: Date): Promise<string> {
    const token = newSecret();
    await tx.sql(`insert into auth.refresh_token (token_hash, account_id, session_id, issued_at, expires_at) values ($1, $2, $3, $4, $5)`, [
      hashSecret(token),
      accountId,
      sessionId,
      now,
      new Date(now.getTime() + this.config.SESSION_IDLE_TTL_H * hourMs),
    ]);
    return token;
  }
}
