import { axeFindings, BrowserHouse, foundBrowser, type Visit } from '../support/browser';

const withBrowser = foundBrowser ? describe : describe.skip;

/** Every page of the app; one behind an id is reached through the first row of its list. */
const pages = ['/map', '/trips', '/stops', '/detections', '/geofences', '/vehicles', '/vehicles first', '/devices', '/quarantine', '/ingest-keys', '/vehicle-papers', '/vehicle-imports', '/drivers', '/drivers first', '/shift-board', '/shifts', '/driver-papers', '/fill-ups', '/fill-ups first', '/fill-ups/new', '/fuel-receipts', '/fuel-inbox', '/fuel-aliases', '/fuel-questions', '/fuel-questions first', '/fuel-consumption', '/fuel-month', '/trip-log', '/fuel-feed', '/fuel-imports', '/feedback', '/driver-reports', '/driver-settings', '/events', '/events first', '/fines', '/fine-imports', '/notifications', '/admin/notification-rules', '/admin/webhooks', '/immobilizations', '/immobilizations first', '/lockouts', '/jobs', '/audit', '/admin/people', '/admin/invitations', '/admin/sessions', '/admin/clients', '/admin/parks', '/admin/account', '/admin/immobilization', '/me'];

async function settle({ page }: Visit): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => !document.querySelector('[role="status"] .mantine-Loader-root') && !document.querySelector('[aria-busy="true"]'));
}

withBrowser('every page', () => {
  let house: BrowserHouse;
  beforeAll(async () => {
    house = await BrowserHouse.open();
  }, 90_000);
  afterAll(() => house?.close(), 30_000);

  async function walk(visit: Visit, look: (path: string) => Promise<void>, entries = pages): Promise<void> {
    for (const entry of entries) {
      const [path = '', first] = entry.split(' ');
      // As a click in the navigation would; loading the whole app for each page takes longer than looking at it.
      await visit.page.evaluate((to) => history.pushState({}, '', to), path);
      await visit.page.waitForURL(`**${path}`);
      await settle(visit);
      if (first) {
        await visit.page.locator('main tbody a, main ul a').first().click();
        await visit.page.waitForURL(`**${path}/*-*`);
        await settle(visit);
      }
      await look(entry);
    }
  }

  it.each([
    ['light', false],
    ['dark', true],
  ])('keeps nobody out and complains of nothing (%s)', async (_, dark) => {
    const visit = await house.enter('admin', '/vehicles', { dark });
    const findings: string[] = [];
    await walk(visit, async (path) => void findings.push(...(await axeFindings(visit.page)).map((finding) => `${path}: ${finding}`)));
    expect(findings).toEqual([]);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  }, 180_000);

  it('fits on a phone, and is usable there', async () => {
    const visit = await house.enter('admin', '/vehicles', { width: 390 });
    const findings: string[] = [];
    await walk(visit, async (path) => {
      const wide = await visit.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      const inner = await visit.page.evaluate(() => { const main = document.querySelector('main'); return main ? main.scrollWidth - main.clientWidth : 0; });
      if (wide > 0 || inner > 0) findings.push(`${path} is ${Math.max(wide, inner)} px too wide`);
      findings.push(...(await axeFindings(visit.page)).map((finding) => `${path}: ${finding}`));
    });
    expect(findings).toEqual([]);
    await visit.close();
  }, 180_000);

  it('of those who are not signed in keeps nobody out', async () => {
    for (const path of ['/login', '/setup', '/invitation', '/nowhere']) {
      const visit = await house.visit(path);
      await visit.page.waitForSelector('h1, [role="alert"], p');
      expect(await axeFindings(visit.page)).toEqual([]);
      expect(visit.complaints).toEqual([]);
      await visit.close();
    }
  }, 90_000);
});
