import { BrowserHouse, foundBrowser } from '../support/browser';
import { receiver, type Receiver } from '../support/receiver';
import { until } from '../support/until';

const withBrowser = foundBrowser ? describe : describe.skip;

withBrowser('events, fines, notifications and assignments', () => {
  let house: BrowserHouse;
  let books: Receiver;
  beforeAll(async () => {
    books = await receiver();
    house = await BrowserHouse.open({ FLEET_ROLES: 'api,worker', WEBHOOK_ALLOW_PRIVATE: '1' });
  }, 120_000);
  afterAll(async () => {
    await house?.close();
    await books?.close();
  });

  /** Somebody who drives now, and what. */
  async function driving(): Promise<{ plate: string; vehicle_id: string; driver_id: string; name: string; from: string }> {
    const admin = house.login('admin');
    const { items } = (await house.ask(admin, 'GET', '/api/v1/driver_module/shifts?state=open&limit=1')) as { items: { plate: string; vehicle_id: string; driver_id: string; from: string }[] };
    const [shift] = items;
    if (!shift) throw new Error('Nobody of the demo drives now.');
    const { name } = (await house.ask(admin, 'GET', `/api/v1/driver_module/drivers/${shift.driver_id}`)) as { name: string };
    return { ...shift, name };
  }

  it('fines of a table are checked and imported; one is set to its driver, contested, upheld and charged', async () => {
    const { plate, name } = await driving();
    const { page, complaints, close } = await house.enter('admin', '/fine-imports');
    const table = `plate,at,amount,currency,reference,kind\n${plate},2020-03-04T08:15:00Z,1500,KES,JR-1,parking\n${plate},some day,1500,KES,JR-2,parking\n`;
    const upload = async (): Promise<void> => {
      await page.locator('input[type="file"]').setInputFiles({ name: 'fines.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
      await page.getByRole('button', { name: /^(Check the file|Import)$/ }).click();
      await page.waitForURL('**/fine-imports/*-*');
      await page.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
    };
    await upload();
    await page.getByRole('tab', { name: '1 wrong line' }).click();
    expect(await page.locator('tbody tr td').first().innerText()).toBe('3');
    await page.goto(`${house.url}/fine-imports`);
    await page.getByLabel('Only check').uncheck();
    await upload();
    await page.getByRole('link', { name: 'Some fines need somebody to look at them' }).click();

    // Nobody drove in 2020: a person says who it was.
    await page.getByRole('row').filter({ hasText: 'JR-1' }).getByRole('link', { name: 'Fine: parking' }).click();
    await page.getByText('Somebody should look at this').waitFor();
    await page.getByRole('button', { name: 'Set driver' }).click();
    const dialog = page.getByRole('dialog', { name: 'Who drove?' });
    await dialog.getByRole('combobox', { name: 'Driver' }).fill(name);
    await page.getByRole('option', { name: new RegExp(name) }).first().click();
    await dialog.getByLabel('Reason').fill('He said so himself.');
    await dialog.getByRole('button', { name: 'Set driver' }).click();
    await dialog.waitFor({ state: 'detached' });
    const step = async (button: string, reason: string | undefined, state: string): Promise<void> => {
      await page.getByRole('button', { name: button, exact: true }).click();
      const asked = page.getByRole('dialog');
      if (reason) await asked.getByLabel('Reason').fill(reason);
      await asked.getByRole('button', { name: button, exact: true }).click();
      await asked.waitFor({ state: 'detached' });
      await page.locator('.status').filter({ hasText: state }).first().waitFor();
    };
    await step('Contest', 'The picture shows another car.', 'Contested');
    await step('Uphold', 'It is this car.', 'Upheld');
    await step('Charge', undefined, 'Charged');
    await page.getByRole('tab', { name: 'History' }).click();
    const past = await page.locator('tbody').innerText();
    for (const word of ['Charged', 'Upheld', 'Contested', 'He said so himself.', 'by hand', 'You']) expect(past).toContain(word);
    await page.goto(`${house.url}/fines?tab=charged`);
    await page.getByRole('row').filter({ hasText: 'JR-1' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 180_000);

  it('a rule is made, and what it asks for rings the bell of those it names', async () => {
    const admin = await house.enter('admin', '/admin/notification-rules');
    await admin.page.getByRole('button', { name: 'Add rule' }).click();
    const dialog = admin.page.getByRole('dialog', { name: 'Add rule' });
    await dialog.getByLabel('Name').fill('Status of vehicles');
    await dialog.getByRole('combobox', { name: 'Events' }).fill('vehicle_status');
    await admin.page.getByRole('option', { name: /^transport_registry\.vehicle_status_changed/ }).click();
    await admin.page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Add condition' }).click();
    await dialog.getByRole('combobox', { name: 'Field' }).fill('to');
    await dialog.getByRole('combobox', { name: 'Values' }).fill('idle');
    await dialog.getByRole('combobox', { name: 'Values' }).press('Enter');
    await dialog.getByRole('combobox', { name: 'Roles' }).click();
    await admin.page.getByRole('option', { name: 'Operator', exact: true }).click();
    await admin.page.keyboard.press('Tab');
    await dialog.getByRole('button', { name: 'Add rule' }).click();
    await dialog.waitFor({ state: 'detached' });
    await admin.page.getByRole('row').filter({ hasText: 'Status of vehicles' }).filter({ hasText: 'to is idle' }).waitFor();
    await admin.close();

    const { items } = (await house.ask(house.login('admin'), 'GET', '/api/v1/transport_registry?status=in_repair&limit=1')) as { items: { id: string; plate: string }[] };
    const [vehicle] = items;
    if (!vehicle) throw new Error('No vehicle of the demo is in repair.');
    await house.ask(house.login('admin'), 'POST', `/api/v1/transport_registry/${vehicle.id}/status`, { status: 'idle', reason: 'Mended.' });
    const { page, complaints, close } = await house.enter('operator', '/vehicles');
    const bell = page.getByRole('button', { name: /^Notifications: [1-9]/ });
    await bell.waitFor({ timeout: 60_000 });
    await bell.click();
    const line = page.getByRole('button', { name: /is now idle/ });
    await line.click();
    await page.getByRole('heading', { name: vehicle.plate }).waitFor();
    await page.goto(`${house.url}/notifications`);
    await page.getByRole('link', { name: /is now idle/ }).waitFor();
    expect(await page.getByRole('row').filter({ hasText: 'is now idle' }).getByRole('button', { name: 'Mark read' }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  }, 120_000);

  it('a webhook shows its secret once, and what was sent and answered', async () => {
    const { page, complaints, close } = await house.enter('admin', '/admin/webhooks');
    await page.getByRole('button', { name: 'Add webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add webhook' });
    await dialog.getByLabel('Name').fill('Books');
    await dialog.getByLabel('Address').fill(books.url);
    await dialog.getByRole('button', { name: 'Add webhook' }).click();
    const secret = page.getByRole('dialog', { name: 'Keep this secret' });
    expect(await secret.locator('pre').innerText()).toMatch(/^whsec_/);
    await secret.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('link', { name: 'Books' }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByRole('dialog').getByText('Delivered').waitFor({ timeout: 30_000 });
    await page.keyboard.press('Escape');
    await page.getByRole('row').filter({ hasText: 'notify.ping' }).getByText('Delivered').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('whsec_');
    expect(complaints).toEqual([]);
    await close();
  }, 60_000);

  it('a shift is planned on the board, where the gap was', async () => {
    const { page, complaints, close } = await house.enter('operator', '/shift-board');
    await page.getByRole('region', { name: 'Assignments' }).waitFor();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByRole('button', { name: 'Later' }).click();
    const row = page.getByRole('region', { name: 'Assignments' }).getByRole('group').first();
    const plate = (await row.locator('a').first().innerText()).trim();
    await page.getByRole('button', { name: `Plan a shift for ${plate}` }).click();
    const dialog = page.getByRole('dialog', { name: 'Plan shift' });
    await until(async () => (await dialog.getByRole('combobox', { name: 'Vehicle' }).inputValue()) === plate);
    await dialog.getByRole('combobox', { name: 'Driver' }).fill('Driver One');
    await page.getByRole('option', { name: /Demo Driver One/ }).click();
    await dialog.getByText('Nothing stands against this shift.').waitFor();
    await dialog.getByRole('button', { name: 'Plan shift' }).click();
    await dialog.waitFor({ state: 'detached' });
    await row.getByRole('button', { name: /^Demo Driver One, Planned/ }).click();
    await page.getByRole('dialog', { name: 'Shift' }).getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 90_000);
});
