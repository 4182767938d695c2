import { WialonError, WialonSilent } from './errors';
import { Limiter } from '../limiter';

export interface WialonSettings {
  baseUrl: string;
  token: string;
  /** Milliseconds now, by the house's clock. */
  now: () => number;
  requestMs?: number;
}

interface Session {
  sid: string;
  /** Add this to our time, in seconds, to have the server's. */
  aheadS: number;
  usedMs: number;
}

/** The server forgets a session after five minutes without a request; ours is renewed a little before. */
const sessionMs = 280_000;
/** Ten failures a minute get an address blocked; two of ours in half a minute are enough to stop. */
const failuresMax = 2;
const failurePauseMs = 30_000;

/**
 * One account's session at a Wialon server. Signing in happens once for all who wait; a call whose session is gone is repeated once;
 * at most ten calls and three heavy ones run at a time, as the server demands.
 */
export class WialonClient {
  private session: Promise<Session> | undefined;
  /** Three of the ten places are kept for commands, which do not queue (`execute/gateway-turns.ts`). */
  private readonly calls = new Limiter(7);
  private readonly heavy = new Limiter(3);
  private failures: number[] = [];

  constructor(private readonly settings: WialonSettings) {}

  /** Seconds since 1970 as the server counts them. */
  async serverNowS(): Promise<number> {
    return Math.floor(this.settings.now() / 1000) + (await this.signedIn()).aheadS;
  }

  call<T>(svc: string, params: object): Promise<T> {
    return this.calls.run(() => this.callOnce<T>(svc, params, true));
  }

  /** Loading messages counts against a narrower limit. */
  callHeavy<T>(svc: string, params: object): Promise<T> {
    return this.heavy.run(() => this.call<T>(svc, params));
  }

  /** A way to send in the session that is open now: once and at once, without signing in or queueing. */
  async ready(): Promise<(svc: string, params: object, withinMs: number) => Promise<void>> {
    const session = await this.signedIn();
    return async (svc, params, withinMs) => {
      try {
        await this.post(svc, params, session.sid, withinMs);
        session.usedMs = this.settings.now();
      } catch (error) {
        if (error instanceof WialonError && error.cure === 'sign_in_again') await this.forget(session);
        throw error;
      }
    };
  }

  private async callOnce<T>(svc: string, params: object, again: boolean): Promise<T> {
    const session = await this.signedIn();
    try {
      const result = await this.post<T>(svc, params, session.sid);
      session.usedMs = this.settings.now();
      return result;
    } catch (error) {
      if (!(error instanceof WialonError) || error.cure !== 'sign_in_again') throw error;
      await this.forget(session);
      if (!again) throw error;
      return this.callOnce<T>(svc, params, false);
    }
  }

  /** Only the session that failed is forgotten, not the one somebody has opened meanwhile. */
  private async forget(session: Session): Promise<void> {
    const current = await this.session?.catch(() => undefined);
    if (current === undefined || current === session) this.session = undefined;
  }

  private async signedIn(): Promise<Session> {
    const known = await this.session?.catch(() => undefined);
    if (known && this.settings.now() - known.usedMs > sessionMs) await this.forget(known);
    this.session ??= this.signIn();
    try {
      return await this.session;
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  private async signIn(): Promise<Session> {
    const now = this.settings.now();
    this.failures = this.failures.filter((at) => now - at < failurePauseMs);
    if (this.failures.length >= failuresMax) throw new WialonError(8, 'PAUSED_AFTER_FAILURES', 'token/login');
    try {
      const { eid, tm } = await this.post<{ eid: string; tm: number }>('token/login', { token: this.settings.token, fl: 1 });
      return { sid: eid, aheadS: tm - Math.floor(this.settings.now() / 1000), usedMs: this.settings.now() };
    } catch (error) {
      if (error instanceof WialonError) this.failures.push(now);
      throw error;
    }
  }

  private async post<T>(svc: string, params: object, sid?: string, withinMs = this.settings.requestMs ?? 3_000): Promise<T> {
    const query = new URLSearchParams({ svc, ...(sid ? { sid } : {}) });
    let answer: unknown;
    try {
      const response = await fetch(`${this.settings.baseUrl}/wialon/ajax.html?${query}`, {
        method: 'POST',
        body: new URLSearchParams({ params: JSON.stringify(params) }),
        redirect: 'error',
        signal: AbortSignal.timeout(withinMs),
      });
      answer = await response.json();
    } catch (error) {
      throw new WialonSilent(svc, error);
    }
    const { error, reason } = (answer ?? {}) as { error?: number; reason?: string };
    // Code 0 is how some services say yes.
    if (error !== undefined && error !== 0) throw new WialonError(error, reason, svc);
    return answer as T;
  }
}
