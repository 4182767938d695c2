import type { Page } from 'playwright-core';
import { axeFindings, BrowserHouse, foundBrowser, type Visit } from '../support/browser';

const withBrowser = foundBrowser ? describe : describe.skip;

/** Every page of the app; one behind an id is reached through the first row of its list. */
const pages = ['/map', '/trips', '/stops', '/detections', '/geofences', '/vehicles', '/vehicles first', '/devices', '/quarantine', '/ingest-keys', '/vehicle-papers', '/vehicle-imports', '/drivers', '/drivers first', '/shift-board', '/shifts', '/driver-papers', '/fill-ups', '/fill-ups first', '/fill-ups/new', '/fuel-receipts', '/fuel-inbox', '/fuel-aliases', '/fuel-questions', '/fuel-questions first', '/fuel-consumption', '/fuel-month', '/trip-log', '/fuel-feed', '/fuel-imports', '/feedback', '/driver-reports', '/driver-settings', '/events', '/events first', '/fines', '/fine-imports', '/notifications', '/admin/notification-rules', '/admin/webhooks', '/immobilizations', '/immobilizations first', '/lockouts', '/jobs', '/audit', '/admin/people', '/admin/invitations', '/admin/sessions', '/admin/clients', '/admin/parks', '/admin/account', '/admin/immobilization', '/me'];

/** Those with most words beside each other; their texts are longest in Russian and Swahili. */
const dense = ['/map', '/vehicles', '/vehicles first', '/shift-board', '/drivers first', '/fill-ups first', '/fuel-inbox', '/fuel-questions', '/fines', '/notifications', '/lockouts', '/admin/immobilization'];

/** How far the page is wider than the screen, and buttons whose words are cut off. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const over = [document.documentElement, document.querySelector('main')].map((box) => (box ? box.scrollWidth - box.clientWidth : 0));
    const cut = [...document.querySelectorAll<HTMLElement>('.mantine-Button-label, [role="tab"], th, nav a span')].filter((word) => word.checkVisibility() && word.scrollWidth > word.clientWidth + 1 && getComputedStyle(word).overflowX !== 'visible');
    return [...(Math.max(...over) > 0 ? [`is ${Math.max(...over)} px too wide`] : []), ...cut.map((word) => `cuts off "${word.textContent}"`)];
  });

async function settle({ page }: Visit): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => !document.querySelector('[role="status"] .mantine-Loader-root') && !document.querySelector('[aria-busy="true"]'));
}

withBrowser('every page', () => {
  let house: BrowserHouse;
  beforeAll(async () => {
    house = await BrowserHouse.open();
  }, 90_000);
  afterAll(() => house?.close());

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
  }, 400_000);

  it('fits on a phone, and is usable there', async () => {
    const visit = await house.enter('admin', '/vehicles', { width: 390 });
    const findings: string[] = [];
    await walk(visit, async (path) => {
      findings.push(...(await tooWide(visit.page)).map((finding) => `${path} ${finding}`));
      findings.push(...(await axeFindings(visit.page)).map((finding) => `${path}: ${finding}`));
    });
    expect(findings).toEqual([]);
    await visit.close();
  }, 400_000);

  it.each(['ru', 'sw'])('has room for the words of %s, at a desk and on a phone', async (locale) => {
    const visit = await house.enter('admin', '/vehicles', { locale });
    expect(await visit.page.getAttribute('html', 'lang')).toBe(locale);
    const findings: string[] = [];
    for (const width of [1440, 390]) {
      await visit.page.setViewportSize({ width, height: 900 });
      await walk(visit, async (path) => void findings.push(...(await tooWide(visit.page)).map((finding) => `${path} at ${width} px ${finding}`)), dense);
    }
    expect(findings).toEqual([]);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  }, 400_000);

  it('of those who are not signed in keeps nobody out', async () => {
    for (const path of ['/login', '/setup', '/invitation', '/nowhere']) {
      const visit = await house.visit(path);
      await visit.page.waitForSelector('h1, [role="alert"], p');
      expect(await axeFindings(visit.page)).toEqual([]);
      expect(visit.complaints).toEqual([]);
      await visit.close();
    }
  }, 180_000);
});
