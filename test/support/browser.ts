import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { totpAt, totpStep, type Role } from '@fleet/platform/auth';
import { seedDemo } from '../../apps/cli/src/demo/seed';
import { createApp } from '../../apps/server/src/create-app';
import { testDatabase, type TestDatabase } from './database';

const root = join(__dirname, '../..');
export const webDir = join(root, 'dist', 'web');

interface Found {
  program: string;
  env: Record<string, string>;
}

/** The browser of this machine; undefined where none runs. Asked once a test file. */
export const foundBrowser: Found | undefined = ((): Found | undefined => {
  const { stdout } = spawnSync(process.execPath, [join(__dirname, 'find-browser.mjs')], { encoding: 'utf8', timeout: 120_000 });
  try {
    return (JSON.parse(stdout) as Found | null) ?? undefined;
  } catch {
    return undefined;
  }
})();

const flags = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'];

export interface Login {
  role: Role;
  email: string;
  password: string;
  totp_secret?: string;
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the page complained about; refusals that a test provokes are left out by `expect4xx`. */
  complaints: string[];
  close(): Promise<void>;
}

export interface Look {
  width?: number;
  dark?: boolean;
  locale?: string;
}

/** The demo company on a server of its own, with the built web app, and a browser to look at it. */
export class BrowserHouse {
  private constructor(
    readonly url: string,
    readonly db: TestDatabase,
    readonly app: NestExpressApplication,
    private readonly browser: Browser,
    readonly logins: Login[],
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<BrowserHouse> {
    if (!existsSync(join(webDir, 'index.html'))) throw new Error('The web app is not built. Run npm run build.');
    if (!foundBrowser) throw new Error('No browser runs here.');
    const db = await testDatabase({ FLEET_ROLES: 'api,worker', FLEET_WEB_DIR: webDir, ...settings });
    await seedDemo(db.config);
    const app = await createApp(db.config);
    await app.listen(0, '127.0.0.1');
    const url = `http://localhost:${(app.getHttpServer().address() as AddressInfo).port}`;
    const browser = await chromium.launch({ executablePath: foundBrowser.program, args: flags, env: { ...(process.env as Record<string, string>), ...foundBrowser.env } });
    return new BrowserHouse(url, db, app, browser, JSON.parse(readFileSync(join(db.config.FLEET_DATA_DIR, 'demo-logins.json'), 'utf8')) as Login[]);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app.close();
    await this.db.close();
  }

  login(role: Role): Login {
    const login = this.logins.find((l) => l.role === role);
    if (!login) throw new Error(`The demo has no ${role}.`);
    return login;
  }

  async visit(path: string, { width = 1440, dark = false, locale = 'en-GB' }: Look = {}): Promise<Visit> {
    const context = await this.browser.newContext({ viewport: { width, height: width < 500 ? 844 : 900 }, colorScheme: dark ? 'dark' : 'light', locale, reducedMotion: 'reduce', timezoneId: 'America/New_York' });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A refusal is an answer; the browser reports each as a failed load.
      if (['error', 'warning'].includes(message.type()) && !/Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(this.url + path);
    return { page, context, complaints, close: () => context.close() };
  }

  /** Through the sign-in form, as people come in. */
  async enter(role: Role, path = '/', look: Look = {}): Promise<Visit> {
    const visit = await this.visit(path, look);
    await this.signIn(visit.page, this.login(role));
    return visit;
  }

  async signIn(page: Page, login: Login): Promise<void> {
    await page.fill('input[name="email"]', login.email);
    await page.fill('input[name="password"]', login.password);
    await page.click('button[type="submit"]');
    if (login.totp_secret) {
      await page.fill('input[name="totp"]', totpAt(login.totp_secret, totpStep(new Date())));
      await page.click('button[type="submit"]');
    }
    await page.waitForSelector('main#main');
  }

  /** A request beside the browser, as the same person. */
  async ask(login: Login, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const send = (to: string, init: RequestInit): Promise<Response> => fetch(this.url + to, init);
    const signed = await send('/api/v1/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: login.email, password: login.password }) });
    const { access_token } = (await signed.json()) as { access_token: string };
    const answer = await send(path, { method, headers: { authorization: `Bearer ${access_token}`, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  }
}

const axeSource = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; impact: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[];
}

/** Findings of axe that keep somebody out, one line a rule. Of a long list the first rows stand for all. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy stays as it is.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResult>('axe.run({ exclude: ["tbody tr:nth-child(n+5)", "main ul > li:nth-child(n+5)"] }, { resultTypes: ["violations"] })');
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} at ${v.nodes.length} places, first ${v.nodes[0]?.target.join(' ')}: ${v.nodes[0]?.failureSummary.split('\n').slice(0, 2).join(' ')}`);
}
