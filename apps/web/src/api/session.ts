import { Problem, problemOf } from './problem';
import type { Shared } from './shared';
import type { TabLock } from './tab-lock';

export interface Tokens {
  access_token: string;
  expires_in: number;
  refresh_token?: string | undefined;
}

export type SessionState = 'unknown' | 'signed_out' | 'signed_in' | 'expired';

type Message = { kind: 'token'; token: string; expiresAt: number } | { kind: 'signed_out' };

/** How tabs talk to each other. */
export interface Channel {
  post(message: unknown): void;
  listen(hear: (message: unknown) => void): void;
}

export interface SessionMeans {
  fetch: (path: string, init: RequestInit) => Promise<Response>;
  shared: Shared;
  lock: TabLock;
  channel: Channel;
  now: () => number;
  /** Another tab signed in as another person: what this page shows is not theirs. */
  somebodyElse: () => void;
}

/** What a token says of its bearer; the server checks the signature, we only compare. */
function claimsOf(token: string): { sub?: string; account?: string } {
  try {
    return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as object;
  } catch {
    return {};
  }
}

export const subjectOf = (token: string): string | undefined => claimsOf(token).sub;

/** Person and account, as `ownerName` writes it. */
export function ownerOf(token: string): string {
  const { sub = '', account = '' } = claimsOf(token);
  return ownerName(sub, account);
}

export const ownerName = (personId: string, accountId: string): string => `${personId}:${accountId}`;

const refreshKey = 'refresh_token';
/** A token about to end would end on its way. */
const marginMs = 20_000;

/**
 * The session of this browser. The access token lives in memory; the refresh token works once, so all tabs share it and
 * use it one after the other: used twice, the server ends the session.
 */
export class Session {
  private access: { token: string; expiresAt: number } | undefined;
  private current: SessionState = 'unknown';
  private readonly listeners = new Set<() => void>();
  private running: Promise<string | undefined> | undefined;

  constructor(private readonly means: SessionMeans) {
    means.channel.listen((message) => {
      const heard = message as Message;
      if (heard.kind === 'signed_out') return this.end('signed_out', false);
      if (this.access && subjectOf(this.access.token) !== subjectOf(heard.token)) return means.somebodyElse();
      this.access = { token: heard.token, expiresAt: heard.expiresAt };
      this.turn('signed_in');
    });
  }

  /** Whose token is at hand; undefined while none is. */
  get owner(): string | undefined {
    return this.access && ownerOf(this.access.token);
  }

  get state(): SessionState {
    return this.current;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A token that still counts; undefined when somebody has to sign in first. */
  async token(): Promise<string | undefined> {
    if (this.access && this.access.expiresAt - marginMs > this.means.now()) return this.access.token;
    return this.refresh(this.access?.token);
  }

  /** A newer token than `stale`, from another tab or from the server. */
  refresh(stale: string | undefined): Promise<string | undefined> {
    this.running ??= this.means.lock('session', () => this.refreshInTurn(stale)).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  async signedIn(tokens: Tokens): Promise<void> {
    if (tokens.refresh_token) await this.keep(tokens.refresh_token);
    this.take(tokens);
  }

  async signOut(): Promise<void> {
    const token = this.access?.token;
    try {
      if (token) await this.means.fetch('/api/v1/auth/logout', { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    } finally {
      // Who leaves has left, even if this browser cannot forget: the server ended the session.
      await this.keep(undefined).finally(() => this.end('signed_out', true));
    }
  }

  /** Resolves when somebody has signed in here again. */
  whenSignedIn(): Promise<void> {
    if (this.current === 'signed_in') return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.subscribe(() => {
        if (this.current !== 'signed_in') return;
        stop();
        resolve();
      });
    });
  }

  private async refreshInTurn(stale: string | undefined): Promise<string | undefined> {
    // Another tab may have been here while this one waited.
    if (this.access && this.access.token !== stale && this.access.expiresAt - marginMs > this.means.now()) return this.access.token;
    const refreshToken = await this.means.shared.get(refreshKey);
    if (!refreshToken) {
      this.end(this.current === 'signed_in' ? 'expired' : 'signed_out', false);
      return undefined;
    }
    const response = await this.means.fetch('/api/v1/auth/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token: refreshToken }),
    });
    if (response.status === 401 || response.status === 400) {
      // Unless somebody signed in meanwhile.
      await this.means.shared.change(refreshKey, (known) => (known === refreshToken ? undefined : known));
      this.end(this.current === 'signed_in' ? 'expired' : 'signed_out', false);
      return undefined;
    }
    if (!response.ok) throw await problemOf(response);
    const tokens = (await response.json()) as Tokens;
    if (typeof tokens.access_token !== 'string') throw new Problem(response.status, 'UNEXPECTED', 'The server sent no token.');
    await this.signedIn(tokens);
    return tokens.access_token;
  }

  private keep(refreshToken: string | undefined): Promise<unknown> {
    return this.means.shared.change(refreshKey, () => refreshToken);
  }

  private take(tokens: Tokens): void {
    this.access = { token: tokens.access_token, expiresAt: this.means.now() + tokens.expires_in * 1000 };
    this.means.channel.post({ kind: 'token', ...this.access });
    this.turn('signed_in');
  }

  private end(state: 'signed_out' | 'expired', tell: boolean): void {
    this.access = undefined;
    if (tell) this.means.channel.post({ kind: 'signed_out' });
    // Who was thrown out keeps the page; who left, leaves it.
    if (this.current !== 'expired' || state !== 'signed_out' || tell) this.turn(state);
  }

  private turn(state: SessionState): void {
    const changed = this.current !== state;
    this.current = state;
    if (changed) for (const listener of [...this.listeners]) listener();
  }
}
