import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { record } from '../audit';
import { Clock } from '../clock';
import { CONFIG, publicUrl, type Config } from '../config';
import { Db } from '../database';
import { MachineClients } from './clients.service';
import { hashSecret, newSecret } from './secrets';
import { Sessions, type Tokens } from './sessions.service';
import { personActor, type Caller, type SignedIn } from './sign-in.service';

/** RFC 6749 section 5.2: what /oauth/token answers instead of problem+json. */
export class OAuthFault extends Error {
  constructor(
    readonly error: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'unauthorized_client' | 'invalid_scope',
    readonly description: string,
  ) {
    super(description);
  }
}

export interface AuthorizeRequest {
  client_id: string;
  redirect_uri: string;
  code_challenge: string;
  state?: string | undefined;
}

interface CodeRow {
  client_id: string;
  redirect_uri: string;
  code_challenge: string;
  user_id: string;
  account_id: string;
  stepped_up_at: Date | null;
  expired: boolean;
  used_at: Date | null;
  session_id: string | null;
}

const codeTtlMs = 60_000;

/** authorization_code with PKCE for our own faces, client_credentials for programs, refresh for both kinds of screens. */
@Injectable()
export class OAuth {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sessions: Sessions,
    private readonly clients: MachineClients,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** First-party public clients and the exact address each returns to. */
  redirectOf(clientId: string): string | undefined {
    const base = publicUrl(this.config);
    return { 'fleet-web': `${base}/callback`, 'fleet-docs': `${base}/api/docs/oauth2-redirect.html` }[clientId];
  }

  /** Undefined when the request may not even be answered by a redirect. */
  readAuthorize(query: Record<string, unknown>): AuthorizeRequest | { fault: string } {
    const text = (name: string): string => (typeof query[name] === 'string' ? query[name] : '');
    const redirect = this.redirectOf(text('client_id'));
    if (!redirect || text('redirect_uri') !== redirect) return { fault: 'The program that sent you here is not registered, or asks to return to an unknown address.' };
    if (text('response_type') !== 'code') return { fault: 'Only response_type=code is supported.' };
    if (text('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(text('code_challenge'))) return { fault: 'PKCE with S256 is required.' };
    return { client_id: text('client_id'), redirect_uri: redirect, code_challenge: text('code_challenge'), state: text('state') || undefined };
  }

  async grantCode(request: AuthorizeRequest, who: SignedIn): Promise<string> {
    const code = newSecret();
    await this.db.write(personActor(who.userId, who.accountId), async (tx) => {
      await tx.sql(
        `insert into auth.authorization_code (code_hash, client_id, redirect_uri, code_challenge, user_id, account_id, stepped_up_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [hashSecret(code), request.client_id, request.redirect_uri, request.code_challenge, who.userId, who.accountId, who.steppedUpAt, new Date(this.clock.now().getTime() + codeTtlMs)],
      );
      tx.withoutAudit('the session that the code opens is recorded');
    });
    const back = new URL(request.redirect_uri);
    back.searchParams.set('code', code);
    back.searchParams.set('iss', publicUrl(this.config));
    if (request.state) back.searchParams.set('state', request.state);
    return back.toString();
  }

  async exchangeCode(form: { code: string; code_verifier: string; redirect_uri: string; client_id: string }, caller: Caller): Promise<Tokens> {
    const challenge = createHash('sha256').update(form.code_verifier).digest('base64url');
    const row = await this.burnCode(form.code);
    if (!row || row.expired || row.client_id !== form.client_id || row.redirect_uri !== form.redirect_uri || row.code_challenge !== challenge) {
      throw new OAuthFault('invalid_grant', 'The code is wrong, expired or was used.');
    }
    const actor = personActor(row.user_id, row.account_id);
    const { tokens } = await this.db.write(actor, async (tx) => {
      const opened = await this.sessions.open(tx, { userId: row.user_id, accountId: row.account_id, clientId: row.client_id, steppedUpAt: row.stepped_up_at, userAgent: caller.userAgent, address: caller.address });
      const noted = await tx.execute(`update auth.authorization_code set session_id = $2 where code_hash = $1 and expires_at > '-infinity'`, [hashSecret(form.code), opened.sessionId]);
      if (noted === 0) throw new OAuthFault('invalid_grant', 'The code was used twice.');
      await record(tx, { action: 'auth.session.opened', subject: { type: 'session', id: opened.sessionId }, data: { client_id: row.client_id } });
      return opened;
    });
    return tokens();
  }

  async exchangeSecret(id: string, secret: string): Promise<object> {
    const token = await this.clients.exchange(id, secret);
    if (!token) throw new OAuthFault('invalid_client', 'Client id or secret is wrong.');
    return token;
  }

  /** A code used twice was stolen at least once: the session it opened ends (RFC 6749 section 4.1.2). */
  private burnCode(code: string): Promise<CodeRow | undefined> {
    return this.db.system('auth.code', async (tx) => {
      const row = await tx.one<CodeRow>(`select *, expires_at <= $2 as expired from auth.authorization_code where code_hash = $1 for update`, [hashSecret(code), this.clock.now()]);
      if (!row) return undefined;
      if (row.used_at) {
        if (row.session_id) await this.sessions.end(tx, row.session_id, 'code_reused');
        // Its first use is still opening the session: that must not come to pass.
        else await tx.sql(`update auth.authorization_code set expires_at = '-infinity' where code_hash = $1`, [hashSecret(code)]);
        return undefined;
      }
      await tx.sql(`update auth.authorization_code set used_at = $2 where code_hash = $1`, [hashSecret(code), this.clock.now()]);
      return row;
    });
  }
}
