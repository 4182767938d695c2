import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { BrowserHouse, foundBrowser } from '../support/browser';
import { until } from '../support/until';

const withBrowser = foundBrowser ? describe : describe.skip;

interface Car {
  id: string;
  plate: string;
  fuel_type: string;
  odometer_km: number | null;
}

withBrowser('fuel at the screens', () => {
  let house: BrowserHouse;
  let cars: Car[];
  beforeAll(async () => {
    house = await BrowserHouse.open();
    const { items } = (await house.ask(house.login('admin'), 'GET', '/api/v1/transport_registry?status=active&limit=100')) as { items: Car[] };
    cars = items.filter((car) => car.fuel_type === 'gasoline' && car.odometer_km !== null);
  }, 90_000);
  afterAll(() => house?.close(), 30_000);

  async function choose(page: Page, { plate }: Car): Promise<void> {
    const box = page.locator('main').getByRole('combobox', { name: 'Vehicle' });
    await box.fill(plate);
    await page.getByRole('option', { name: plate, exact: true }).click();
  }

  it('a fill-up is recorded with a decimal comma, and the wrong fuel is asked about first', async () => {
    const { page, complaints, close } = await house.enter('operator', '/fill-ups');
    const [car] = cars as [Car];
    await page.getByRole('link', { name: 'Record fill-up' }).click();
    await choose(page, car);
    await page.getByLabel('Quantity').fill('31,5');
    await page.getByLabel('Price per unit').fill('182,40');
    await page.getByText('Comes to KES 5,745.60').waitFor();
    await page.locator('input[name="odometer_reading"]').fill(String(Math.ceil(Number(car.odometer_km)) + 12));
    await page.getByRole('combobox', { name: 'Fuel' }).click();
    await page.getByRole('option', { name: 'Diesel' }).click();
    await page.getByRole('button', { name: 'Record fill-up' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('combobox', { name: 'Fuel' }).click();
    await page.getByRole('option', { name: 'Petrol' }).click();
    await page.getByRole('button', { name: 'Record fill-up' }).click();
    await page.waitForURL('**/fill-ups/*-*');
    await page.getByRole('heading', { name: `${car.plate} · 31.5 l` }).waitFor();
    await page.getByText('KES 5,745.60 · computed').waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 90_000);

  it('a receipt is photographed first and typed later, the picture beside the form', async () => {
    const { page, complaints, close } = await house.enter('operator', '/fuel-receipts');
    const waiting = page.locator('tbody tr');
    await waiting.first().waitFor();
    const before = await waiting.count();
    const photo = await sharp({ create: { width: 300, height: 500, channels: 3, background: '#f4f1e8' } }).jpeg().toBuffer();
    await page.locator('input[type="file"]').setInputFiles({ name: 'receipt.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.getByText('1 receipt is kept.').waitFor();
    await page.waitForFunction((count) => document.querySelectorAll('tbody tr').length === count, before + 1);
    await waiting.first().getByRole('link', { name: 'Type it' }).click();
    await page.getByRole('img', { name: 'Picture of the receipt' }).waitFor();
    const receipt = new URL(page.url()).searchParams.get('receipt');
    const car = cars[1] as Car;
    await choose(page, car);
    await page.getByLabel('Quantity').fill('20');
    await page.locator('input[name="total_cost_minor"]').fill('3,640');
    await page.locator('input[name="odometer_reading"]').fill(String(Math.ceil(Number(car.odometer_km)) + 9));
    await page.getByRole('button', { name: 'Record fill-up' }).click();
    await page.waitForURL((url) => url.searchParams.get('receipt') !== receipt);
    const typed = await house.ask(house.login('admin'), 'GET', `/api/v1/fuel_log/receipts/${receipt}`);
    expect(typed['state']).toBe('typed');
    const fillUp = await house.ask(house.login('admin'), 'GET', `/api/v1/fuel_log/fill_ups/${String(typed['fill_up_id'])}`);
    expect([fillUp['plate'], fillUp['total_cost_minor'], fillUp['receipt_ids']]).toEqual([car.plate, 364_000, [receipt]]);
    expect(complaints).toEqual([]);
    await close();
  }, 90_000);

  it('a spelling is taught from the inbox, and what used it is read again', async () => {
    const { page, complaints, close } = await house.enter('admin', '/fuel-inbox?issue=fuel_type_unknown');
    const items = page.getByRole('list', { name: 'Fuel messages' }).getByRole('button');
    await items.first().waitFor();
    await page.getByRole('button', { name: /^Teach: “dsiel” is Diesel/ }).or(page.getByText('nothing known is like it')).first().waitFor();
    while ((await page.getByRole('button', { name: /^Teach: “dsiel” is Diesel/ }).count()) === 0) await page.keyboard.press('j');
    await page.getByRole('button', { name: /^Teach: “dsiel” is Diesel/ }).click();
    const learnt = page.getByRole('status').filter({ hasText: '“dsiel” now means Diesel' });
    await learnt.getByText('1 record was read again.').waitFor();
    await learnt.getByText(/Diesel.*waits no more/).waitFor();
    await page.getByRole('button', { name: /^Teach: “dsiel”/ }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await close();
  }, 90_000);

  it('the inbox is worked off by keys, and a decision is taken back', async () => {
    const { page, complaints, close } = await house.enter('operator', '/fuel-inbox');
    const items = page.getByRole('list', { name: 'Fuel messages' }).getByRole('button');
    await items.first().waitFor();
    const before = await items.count();
    await page.keyboard.press('d');
    await page.getByRole('dialog').getByLabel('Reason').fill('Not about fuel');
    await page.keyboard.press('Enter');
    await page.getByText('1 decided now').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await until(async () => (await items.count()) === before - 1);
    await page.keyboard.press('u');
    await page.getByText('0 decided now').waitFor();
    await page.waitForFunction((count) => document.querySelectorAll('main ul[aria-label="Fuel messages"] button').length === count, before);
    expect(complaints).toEqual([]);
    await close();
  }, 90_000);

  it('a question is answered with what was found out, and nothing is deducted', async () => {
    const { page, complaints, close } = await house.enter('operator', '/fuel-questions?kind=price_outlier');
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: 'Is the price right?' }).waitFor();
    await page.getByText('Usual here').waitFor();
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('dialog').getByLabel('What was found out').fill('Filled at an airport station');
    await page.getByRole('dialog').getByRole('button', { name: 'Explain' }).click();
    await page.locator('.status').getByText('Explained').waitFor();
    await page.getByText('Filled at an airport station').waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 90_000);
});
