import { Session, subjectOf, type Channel, type SessionMeans } from './session';
import type { Shared } from './shared';
import { leaseLock } from './tab-lock';

const later = <T>(what: () => T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(what()), 1));

/** A browser with several tabs in front of a server that ends the session when a refresh token comes twice, as ours does. */
class Browser {
  readonly kept = new Map<string, string>();
  private readonly hearers: { tab: number; hear: (message: unknown) => void }[] = [];
  private tabs = 0;
  valid = 'r0';
  ended = false;
  refreshes = 0;
  down = false;
  elsewhere: number[] = [];

  constructor(private readonly user = 'anna') {
    this.kept.set('refresh_token', 'r0');
  }

  readonly shared: Shared = {
    get: (key) => later(() => this.kept.get(key)),
    change: (key, change) =>
      later(() => {
        const next = change(this.kept.get(key));
        if (next === undefined) this.kept.delete(key);
        else this.kept.set(key, next);
        return next;
      }),
  };

  token = (serial: number, user = this.user): string => `h.${Buffer.from(JSON.stringify({ sub: user, serial })).toString('base64url')}.s`;

  private server = async (path: string, init: RequestInit): Promise<Response> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.down) throw new TypeError('fetch failed');
    if (path.endsWith('/logout')) return new Response(null, { status: 204 });
    const { refresh_token } = JSON.parse(String(init.body)) as { refresh_token: string };
    if (this.ended || refresh_token !== this.valid) {
      this.ended = true;
      return Response.json({ code: 'INVALID_REFRESH_TOKEN' }, { status: 401 });
    }
    this.refreshes += 1;
    this.valid = `r${this.refreshes}`;
    return Response.json({ access_token: this.token(this.refreshes), expires_in: 600, refresh_token: this.valid });
  };

  open(means: Partial<SessionMeans> = {}): Session {
    const tab = (this.tabs += 1);
    const channel: Channel = {
      post: (message) => this.hearers.filter((h) => h.tab !== tab).forEach((h) => setTimeout(() => h.hear(message), 1)),
      listen: (hear) => void this.hearers.push({ tab, hear }),
    };
    return new Session({ fetch: this.server, shared: this.shared, lock: leaseLock(this.shared), channel, now: Date.now, somebodyElse: () => this.elsewhere.push(tab), ...means });
  }
}

describe('the session of a browser', () => {
  it('survives tabs that renew it at the same moment', async () => {
    const browser = new Browser();
    const tabs = Array.from({ length: 5 }, () => browser.open());
    const tokens = await Promise.all(tabs.flatMap((tab) => [tab.token(), tab.token()]));
    expect(browser.ended).toBe(false);
    expect(tokens.every(Boolean)).toBe(true);
    expect(tabs.map((tab) => tab.state)).toEqual(Array(5).fill('signed_in'));
    // The first to renew hands its token to those who wait.
    expect(browser.refreshes).toBeLessThan(5);
  });

  it('asks the server once for many questions of one tab, and not again while the token counts', async () => {
    const browser = new Browser();
    const tab = browser.open();
    await Promise.all(Array.from({ length: 20 }, () => tab.token()));
    await tab.token();
    expect(browser.refreshes).toBe(1);
  });

  it('renews a token that is about to end', async () => {
    const browser = new Browser();
    let now = Date.now();
    const tab = browser.open({ now: () => now });
    const first = await tab.token();
    now += 590_000;
    expect(await tab.token()).not.toBe(first);
  });

  it('that ran out keeps the page and waits for the person', async () => {
    const browser = new Browser();
    const tab = browser.open();
    const token = await tab.token();
    browser.ended = true;
    expect(await tab.refresh(token)).toBeUndefined();
    expect(tab.state).toBe('expired');
    const waiting = tab.whenSignedIn();
    await tab.signedIn({ access_token: browser.token(9), expires_in: 600, refresh_token: 'r9' });
    await waiting;
    expect(await tab.token()).toBe(browser.token(9));
  });

  it('is not thrown away because the server is away', async () => {
    const browser = new Browser();
    const tab = browser.open();
    browser.down = true;
    await expect(tab.token()).rejects.toThrow('fetch failed');
    expect(browser.kept.get('refresh_token')).toBe('r0');
    browser.down = false;
    expect(await tab.token()).toBeDefined();
  });

  it('ends in all tabs together', async () => {
    const browser = new Browser();
    const [one, other] = [browser.open(), browser.open()];
    await one.token();
    await other.token();
    await one.signOut();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([one.state, other.state]).toEqual(['signed_out', 'signed_out']);
    expect(browser.kept.get('refresh_token')).toBeUndefined();
    expect(await browser.open().token()).toBeUndefined();
  });

  it('ends for who leaves even where the browser fails to forget', async () => {
    const browser = new Browser();
    const tab = browser.open({ shared: { ...browser.shared, change: (key, change) => (change('any') === undefined ? Promise.reject(new Error('disk')) : browser.shared.change(key, change)) }, lock: (_name, run) => run() });
    await tab.token();
    await expect(tab.signOut()).rejects.toThrow('disk');
    expect(tab.state).toBe('signed_out');
  });

  it('that the server refuses takes nothing from who signed in meanwhile', async () => {
    const browser = new Browser();
    const refuse = async (): Promise<Response> => {
      browser.kept.set('refresh_token', 'r9');
      return Response.json({ code: 'INVALID_REFRESH_TOKEN' }, { status: 401 });
    };
    expect(await browser.open({ fetch: refuse }).token()).toBeUndefined();
    expect(browser.kept.get('refresh_token')).toBe('r9');
  });

  it('does not become another person’s under an open page', async () => {
    const browser = new Browser();
    const [one, other] = [browser.open(), browser.open()];
    await one.token();
    await other.token();
    await other.signedIn({ access_token: browser.token(1, 'boris'), expires_in: 600, refresh_token: 'b1' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(browser.elsewhere).toEqual([1]);
  });

  it('reads whom a token speaks for, and nothing out of rubbish', () => {
    expect(subjectOf(new Browser().token(1, 'zoë'))).toBeDefined();
    expect([subjectOf(''), subjectOf('a.b.c'), subjectOf('x')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a lock without Web Locks', () => {
  it('lets one in at a time, and outlives a tab that died with it', async () => {
    const { shared, kept } = new Browser();
    const lock = leaseLock(shared);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside -= 1;
    };
    await Promise.all([lock('x', work), lock('x', work), lock('x', work)]);
    expect(most).toBe(1);
    kept.set('lock.x', JSON.stringify({ owner: 'dead', until: Date.now() + 120 }));
    await lock('x', work);
    kept.set('lock.x', 'not json');
    await lock('x', work);
  });
});
