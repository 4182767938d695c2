import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { axeFindings, BrowserHouse, foundBrowser, type Login, type Visit } from '../support/browser';

const withBrowser = foundBrowser ? describe : describe.skip;

const pages = ['', '/shift', '/fuel', '/incidents', '/papers', '/fines', '/day', '/allowed', '/position', '/queue', '/more'];
const picture = async (colour: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> => ({ name: `${colour.slice(1)}.jpg`, mimeType: 'image/jpeg', buffer: await sharp({ create: { width: 2400, height: 1600, channels: 3, background: colour } }).jpeg().toBuffer() });

/** What of the phone's writes reached the server, in that order. */
function writesOf({ context }: Visit): { path: string; key: string }[] {
  const heard: { path: string; key: string }[] = [];
  context.on('response', (response) => {
    const request = response.request();
    const path = new URL(request.url()).pathname;
    if (request.method() === 'POST' && !path.startsWith('/api/v1/auth/')) heard.push({ path: path.replace('/api/v1/', ''), key: request.headers()['idempotency-key'] ?? '' });
  });
  return heard;
}

async function tap(page: Page, name: string): Promise<void> {
  await page.locator('main').getByRole('button', { name, exact: true }).click();
}

async function open(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState({}, '', to), `/driver${path}`);
  await page.waitForURL(`**/driver${path}`);
  await page.locator('main h1').waitFor();
}

/** The worker has the shell, and rules this page. */
async function readyForTheRoad(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null));
}

withBrowser('a driver with a phone', () => {
  let house: BrowserHouse;
  const drivers: Login[] = [];
  const plates: string[] = [];
  beforeAll(async () => {
    house = await BrowserHouse.open();
    drivers.push(...house.logins.filter((login) => login.role === 'driver'));
    await house.ask(house.login('admin'), 'PATCH', '/api/v1/driver_module/settings', { rest_min_minutes: 0 });
    for (const login of drivers) plates.push(await endShift(login));
  }, 90_000);
  afterAll(() => house?.close(), 30_000);

  async function endShift(login: Login): Promise<string> {
    const { current } = (await house.ask(login, 'GET', '/api/v1/driver_module/me/shift')) as { current: { id: string; plate: string } };
    await house.ask(login, 'POST', '/api/v1/driver_module/me/shift/check_out', { id: randomUUID(), shift_id: current.id });
    return current.plate;
  }

  async function phoneOf(login: Login): Promise<Visit> {
    const visit = await house.visit('/', { width: 390 });
    await house.signIn(visit.page, login);
    await visit.page.waitForURL('**/driver');
    return visit;
  }

  async function checkIn(page: Page, plate: string, odometer?: string): Promise<void> {
    await open(page, '/shift');
    await page.getByLabel('Plate').fill(plate);
    if (odometer) await page.getByLabel('Odometer').fill(odometer);
    await tap(page, 'Take the vehicle');
    await page.waitForURL('**/driver');
  }

  async function report(page: Page, text: string, photo?: Awaited<ReturnType<typeof picture>>): Promise<void> {
    await open(page, '/incidents');
    await page.getByRole('combobox', { name: 'What happened' }).click();
    await page.getByRole('option', { name: 'Damage' }).click();
    await page.getByLabel('In your words').fill(text);
    if (photo) await page.locator('main input[type="file"]').setInputFiles(photo);
    if (photo) await page.locator('main img').waitFor();
    await tap(page, 'Report it');
    await page.waitForURL('**/driver');
  }

  const items = async (login: Login, path: string): Promise<Record<string, unknown>[]> => (await house.ask(login, 'GET', path))['items'] as Record<string, unknown>[];

  it('works through a day without a network; afterwards everything is there once, in order', async () => {
    const [login, plate] = [drivers[0]!, plates[0]!];
    const visit = await phoneOf(login);
    const { page, context, complaints } = visit;
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    expect(loaded.filter((url) => /\/assets\/shell-/.test(url))).toEqual([]);
    await readyForTheRoad(page);
    await page.getByText('You have no vehicle now').waitFor();
    const writes = writesOf(visit);

    await context.setOffline(true);
    expect(await context.serviceWorkers()[0]!.evaluate(() => fetch('/livez').then(() => 'online', () => 'offline'))).toBe('offline');
    await checkIn(page, plate.toLowerCase(), '107000');
    await page.getByText('Not sent yet').waitFor();
    await open(page, '/fuel');
    await page.locator('main input[type="file"]').setInputFiles(await picture('#aa3300'));
    await page.locator('main img').waitFor();
    await tap(page, 'Keep the fill-up');
    await page.waitForURL('**/driver');
    await report(page, 'A stone hit the windscreen', await picture('#0033aa'));

    await page.reload();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.getByText(plate).waitFor();
    await page.getByText('As of').first().waitFor();
    await open(page, '/queue');
    await page.getByText('3 things not sent').first().waitFor();
    expect(await page.locator('main li strong').allInnerTexts()).toEqual([`Take the vehicle ${plate}`, `Fill-up ${plate}`, 'Incident']);
    expect(await axeFindings(page)).toEqual([]);

    await context.setOffline(false);
    await page.getByText('Everything is sent.').waitFor({ timeout: 30_000 });
    const sent = [...writes];
    expect(sent.map((w) => w.path.replace(/[0-9a-f-]{36}/, 'id'))).toEqual(['driver_module/me/shift/check_in', 'fuel_log/my/receipts', 'event_log/my/events', 'event_log/my/events/id/evidence']);
    expect(new Set(sent.map((w) => w.key)).size).toBe(4);
    for (let i = 0; i < 2; i++) await tap(page, 'Send now');
    await page.reload();
    await page.getByText('Everything is sent.').waitFor();
    expect(writes).toHaveLength(sent.length);

    const { current } = (await house.ask(login, 'GET', '/api/v1/driver_module/me/shift')) as { current: Record<string, unknown> };
    expect(current).toMatchObject({ plate, start_odometer_km: 107000 });
    expect(await items(login, '/api/v1/fuel_log/my/receipts')).toMatchObject([{ state: 'to_be_typed', vehicle_id: current['vehicle_id'] }]);
    const [incident, ...more] = (await items(login, '/api/v1/event_log/my/events?type=incident')).filter((e) => e['text'] === 'A stone hit the windscreen');
    expect([incident, more]).toMatchObject([{ kind: 'damage', vehicle_id: current['vehicle_id'], shift_id: current['id'] }, []]);
    expect(await items(login, `/api/v1/event_log/my/events/${String(incident?.['id'])}/evidence`)).toHaveLength(1);
    expect(complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text))).toEqual([]);
    await visit.close();
  }, 150_000);

  it('is told in words what was refused, which holds back only what depends on it, and puts it right', async () => {
    const visit = await phoneOf(drivers[1]!);
    const { page, context } = visit;
    await readyForTheRoad(page);
    await context.setOffline(true);
    await checkIn(page, 'KXX 000X');
    await open(page, '/fuel');
    await page.locator('main input[type="file"]').setInputFiles(await picture('#11aa11'));
    await page.locator('main img').waitFor();
    await tap(page, 'Keep the fill-up');
    await page.waitForURL('**/driver');
    await report(page, 'The mirror is loose');
    await context.setOffline(false);
    await open(page, '/queue');
    const rows = page.locator('main li');
    await rows.filter({ hasText: 'Refused' }).getByText('The server does not know it. Look at the plate.').waitFor();
    await rows.filter({ hasText: 'Fill-up' }).getByText('Waits until this is put right: Take the vehicle').waitFor();
    await rows.filter({ hasText: 'Incident' }).getByText('Sent', { exact: true }).waitFor();
    await rows.filter({ hasText: 'Refused' }).getByRole('link', { name: 'Edit' }).click();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[name="plate"]')?.value === 'KXX 000X');
    await page.getByLabel('Plate').fill(plates[1]!);
    await tap(page, 'Take the vehicle');
    await page.waitForURL('**/driver');
    await open(page, '/queue');
    await page.getByText('Everything is sent.').waitFor({ timeout: 30_000 });
    await visit.close();
  }, 120_000);

  it('leaves what is not sent to nobody else who signs in here; two tabs send it once', async () => {
    const visit = await phoneOf(drivers[1]!);
    const { page, context } = visit;
    const writes = writesOf(visit);
    await readyForTheRoad(page);
    await context.setOffline(true);
    await report(page, 'Somebody scratched the door');
    await open(page, '/more');
    await tap(page, 'Sign out');
    await page.getByRole('dialog').getByText('1 thing is not sent.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');

    await context.setOffline(false);
    await house.signIn(page, drivers[2]!);
    await page.waitForURL('**/driver');
    await open(page, '/queue');
    await page.getByText('Everything is sent.').waitFor();
    await tap(page, 'Send now');
    await open(page, '/more');
    await page.getByRole('heading', { name: 'Demo Driver Three' }).waitFor();
    await tap(page, 'Sign out');
    await page.waitForURL('**/login');
    expect(writes).toEqual([]);

    await house.signIn(page, drivers[1]!);
    await page.waitForURL('**/driver');
    const second = await context.newPage();
    await second.goto(`${house.url}/driver/queue`);
    await Promise.all([open(page, '/queue'), second.locator('main h1').waitFor()]);
    await Promise.all([page, second].map((tab) => tab.getByText('Everything is sent.').waitFor()));
    expect(writes.map((w) => w.path)).toEqual(['event_log/my/events']);
    await visit.close();
  }, 120_000);

  it.each([
    ['light', false],
    ['dark', true],
  ])('finds pages that fit and keep nobody out (%s)', async (_, dark) => {
    const { page, complaints, close } = await house.enter('driver', '/', { width: 390, dark });
    const findings: string[] = [];
    for (const path of pages) {
      await open(page, path);
      await page.waitForFunction(() => !document.querySelector('[role="status"] .mantine-Loader-root'));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) findings.push(`${path} is ${wide} px too wide`);
      findings.push(...(await axeFindings(page)).map((finding) => `${path}: ${finding}`));
    }
    expect(findings).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  }, 120_000);

  it('can install the app: manifest, icons and worker are served as browsers want them', async () => {
    const get = (path: string): Promise<Response> => fetch(house.url + path);
    const manifest = await get('/app.webmanifest');
    expect(manifest.headers.get('content-type')).toContain('application/manifest+json');
    const { icons } = (await manifest.json()) as { icons: { src: string; sizes: string; purpose: string }[] };
    expect(icons.map((icon) => icon.purpose)).toEqual(expect.arrayContaining(['any', 'maskable']));
    for (const { src, sizes } of icons) {
      const { width, height, format } = await sharp(Buffer.from(await (await get(src)).arrayBuffer())).metadata();
      expect([`${width}x${height}`, format]).toEqual([sizes, 'png']);
    }
    const worker = await get('/sw.js');
    expect([worker.headers.get('content-type'), worker.headers.get('cache-control')]).toEqual(['text/javascript; charset=utf-8', 'no-cache']);
    const { files } = JSON.parse(/^self\.shell=(\{.*?\});/.exec(await worker.text())?.[1] ?? '{}') as { files: string[] };
    expect(files.length).toBeGreaterThan(20);
    for (const path of files) expect([path, (await get(path)).status]).toEqual([path, 200]);
    expect(files.filter((path) => /maplibre|shell-|list-page|sw\.js|index\.html/.test(path))).toEqual([]);
  });
});
