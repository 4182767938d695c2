import type { Role } from '@fleet/platform/auth';
import { BrowserHouse, foundBrowser } from '../support/browser';
import { until } from '../support/until';

const withBrowser = foundBrowser ? describe : describe.skip;

withBrowser('people at their screens', () => {
  let house: BrowserHouse;
  beforeAll(async () => {
    house = await BrowserHouse.open();
  }, 90_000);
  afterAll(() => house?.close(), 30_000);

  it.each<[Role, string[], string[]]>([
    ['admin', ['Vehicles', 'Drivers', 'Users', 'Audit'], []],
    ['operator', ['Vehicles', 'Drivers', 'Batches'], ['Users', 'Audit', 'Vehicle import']],
    ['immobilizing_operator', ['Vehicles', 'Drivers'], ['Users', 'Audit']],
    ['driver', ['Home', 'Fuel', 'Incident', 'Sending', 'More'], ['Vehicles', 'Drivers', 'Users']],
    ['investor', ['Your sign-in'], ['Vehicles', 'Drivers', 'Users']],
  ])('%s signs in and finds what is theirs', async (role, theirs, others) => {
    const { page, complaints, close } = await house.enter(role);
    const navigation = page.locator('nav').first();
    for (const name of theirs) await navigation.getByRole('link', { name, exact: true }).waitFor();
    for (const name of others) expect(await navigation.getByRole('link', { name, exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  }, 60_000);

  it('a wrong password is said in words, and a page asked for before is opened after', async () => {
    const { page, close } = await house.visit('/drivers?status=active');
    await page.fill('input[name="email"]', house.login('admin').email);
    await page.fill('input[name="password"]', 'not this one');
    await page.click('button[type="submit"]');
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await house.signIn(page, house.login('admin'));
    await page.waitForURL('**/drivers?status=active');
    await close();
  }, 60_000);

  it('a page that is not theirs says so, and the foreign company’s car does not exist', async () => {
    const { page, close } = await house.enter('operator', '/audit');
    await page.getByText('This page is not open to you').waitFor();
    await page.goto(`${house.url}/vehicles/00000000-0000-4000-8000-000000000000`);
    await page.getByText('This does not exist').waitFor();
    await close();
  }, 60_000);

  it('an admin adds a vehicle: what is missing and what is taken stands at the field', async () => {
    const { page, complaints, close } = await house.enter('admin', '/vehicles');
    const taken = await page.locator('tbody a').first().innerText();
    await page.getByRole('button', { name: 'Add vehicle' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add vehicle' }).click();
    await dialog.getByText('Please fill this in.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('plate');
    await dialog.getByLabel('Plate').fill(taken);
    await dialog.getByRole('button', { name: 'Add vehicle' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Plate').fill('KZZ 900Z');
    await dialog.getByLabel('Make').fill('Toyota');
    await dialog.getByRole('button', { name: 'Add vehicle' }).click();
    await page.waitForURL('**/vehicles/*-*');
    await page.getByRole('heading', { name: 'KZZ 900Z' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 60_000);

  it('two people edit one vehicle: the second sees what the first wrote and decides', async () => {
    const { page, close } = await house.enter('admin', '/vehicles?q=KZZ');
    await page.locator('tbody a').first().click();
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Mine');
    const id = page.url().split('/').at(-1)?.split('?')[0];
    await house.ask(house.login('operator'), 'PATCH', `/api/v1/transport_registry/${id}`, { name: 'Theirs' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Somebody changed this in the meantime').waitFor();
    expect(await dialog.getByRole('cell').allInnerTexts()).toEqual(['Mine', 'Theirs']);
    await dialog.getByRole('button', { name: 'Save mine over it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Mine · Toyota').waitFor();
    await close();
  }, 60_000);

  it('an import is checked first: wrong lines are named, and nothing is written', async () => {
    const { page, complaints, close } = await house.enter('admin', '/vehicle-imports');
    const table = 'plate,make,year\nKYY 001A,Honda,2020\n,Honda,2020\nKYY 003A,Honda,soon\n';
    await page.locator('input[type="file"]').setInputFiles({ name: 'fleet.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.waitForURL('**/vehicle-imports/*-*');
    await page.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: '2 wrong lines' }).click();
    const rows = page.locator('tbody tr');
    await until(async () => (await rows.count()) === 2);
    expect(await rows.nth(0).locator('td').first().innerText()).toBe('3');
    expect(await rows.nth(1).innerText()).toContain('year');
    await page.goto(`${house.url}/vehicles?q=KYY`);
    await page.getByText('Nothing matches these filters.').waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 120_000);

  it('everything done stands in the audit, whose chain is verified', async () => {
    const { page, close } = await house.enter('admin', '/audit');
    await page.getByRole('button', { name: 'transport_registry.vehicle.onboarded' }).first().click();
    await page.getByRole('dialog').getByText('Request').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('The chain is intact').waitFor();
    await close();
  }, 60_000);

  it('a list is walked by keys, and a palette leads anywhere', async () => {
    const { page, close } = await house.enter('operator', '/vehicles');
    const second = await page.locator('tbody a').nth(1).innerText();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: second }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('A page, a plate, a driver…').fill('shift');
    await page.getByRole('dialog').getByRole('button', { name: 'Shifts', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/shifts');
    await close();
  }, 60_000);

  it.each(['with Web Locks', 'without, as over plain http'])('tabs that renew the session together keep it, %s', async (locks) => {
    const { page, context, close } = await house.enter('operator', '/vehicles');
    if (locks !== 'with Web Locks') await context.addInitScript(() => void Object.defineProperty(navigator, 'locks', { value: undefined }));
    const tabs = [page, await context.newPage(), await context.newPage(), await context.newPage()];
    for (let round = 0; round < 3; round++) {
      await Promise.all(tabs.map((tab) => tab.goto(`${house.url}/vehicles`)));
      for (const tab of tabs) await tab.locator('tbody a').first().waitFor();
    }
    expect(await page.evaluate(() => navigator.locks === undefined)).toBe(locks !== 'with Web Locks');
    expect(await house.db.sql(`select id from auth.session where end_reason = 'refresh_token_reused'`)).toEqual([]);
    await close();
  }, 60_000);

  it('a session that was ended keeps the page', async () => {
    const { page, close } = await house.enter('operator', '/vehicles');
    await page.locator('input[type="search"]').fill('KBB');
    await page.waitForURL('**/vehicles?q=KBB');
    await house.db.sql(`update auth.session set ended_at = now(), end_reason = 'killed' where ended_at is null`);
    // The server remembers a session for a moment.
    await page.waitForTimeout(6000);
    await page.reload();
    await page.waitForURL('**/login**');
    await house.signIn(page, house.login('operator'));
    await page.waitForURL('**/vehicles?q=KBB');
    await close();
  }, 90_000);

  it('a session that ends under a half-filled form asks for the password over it, and the form goes through', async () => {
    const { page, close } = await house.enter('admin', '/vehicles');
    await page.getByRole('button', { name: 'Add vehicle' }).click();
    await page.getByRole('dialog').getByLabel('Plate').fill('KZZ 901Z');
    const { items } = (await house.ask(house.login('admin'), 'GET', '/api/v1/auth/account_sessions?limit=500')) as { items: { id: string; current: boolean }[] };
    for (const { id, current } of items) if (!current) await house.ask(house.login('admin'), 'DELETE', `/api/v1/auth/account_sessions/${id}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Add vehicle' }).click();
    const again = page.getByRole('dialog', { name: 'Your session has ended' });
    await again.getByRole('textbox', { name: 'Password' }).fill(house.login('admin').password);
    await again.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'KZZ 901Z' }).waitFor();
    await close();
  }, 60_000);

  it('speaks the language that is chosen, and keeps it', async () => {
    const { page, close } = await house.enter('operator', '/vehicles', { locale: 'sw-KE' });
    await page.getByRole('heading', { name: 'Magari' }).waitFor();
    await page.getByRole('button', { name: /^Menyu yako/ }).click();
    await page.getByText('Русский').click();
    await page.getByRole('heading', { name: 'Машины' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Машины' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ru');
    await close();
  }, 60_000);
});
