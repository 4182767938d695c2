import type { Page } from 'playwright-core';
import { totpAt, totpStep } from '@fleet/platform/auth';
import { axeFindings, BrowserHouse, foundBrowser, type Visit } from '../support/browser';
import { eventually } from '../support/immobilizing';
import { Tracker } from '../support/tracker';

const withBrowser = foundBrowser ? describe : describe.skip;

interface Fitted {
  vehicle_id: string;
  plate: string;
  routes: { method: string }[];
}

/** A demo vehicle whose device a test plays. */
interface Played extends Fitted {
  tracker: Tracker;
}

const tabOf = ({ vehicle_id }: Fitted): string => `/vehicles/${vehicle_id}?tab=immobilizer`;

withBrowser('stopping a vehicle from the screen', () => {
  let house: BrowserHouse;
  /** One visit for all: a code of the authenticator works once. */
  let visit: Visit;
  let page: Page;
  let parked: Played;
  let moving: Played;

  async function play(fitted: Fitted, speed_kmh: number): Promise<Played> {
    const { items } = (await house.ask(house.login('operator'), 'GET', `/api/v1/transport_registry/${fitted.vehicle_id}/devices`)) as { items: { device_id: string; to: string | null }[] };
    const device = items.find((binding) => binding.to === null)?.device_id as string;
    const tracker = await Tracker.connect({ app: house.app, clock: { now: () => new Date() } }, device, 'teltonika');
    tracker.speed_kmh = speed_kmh;
    return { ...fitted, tracker };
  }

  /** Two reports of now; the policy takes nothing older than half a minute. */
  function report({ tracker }: Played): void {
    tracker.report({}, 9);
    tracker.report();
  }

  /** Fills the dialog in as far as the last button. */
  async function askFor({ plate }: Fitted, typed = plate): Promise<void> {
    await page.getByRole('button', { name: 'Immobilize…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').click();
    await page.getByRole('option', { name: 'Theft suspected' }).click();
    await dialog.getByLabel(`Type the plate ${plate} to confirm`).fill(typed);
    await dialog.getByRole('button', { name: `Immobilize ${plate}` }).click();
  }

  beforeAll(async () => {
    house = await BrowserHouse.open({ FLEET_ROLES: 'api,ingest', IPS_PORT: '0', RETRANSLATOR_PORT: '0', TELTONIKA_PORT: '0' });
    const { items } = (await house.ask(house.login('operator'), 'GET', '/api/v1/access/circuits?enabled=true&limit=100')) as { items: Fitted[] };
    const [one, other] = items.filter((circuit) => circuit.routes[0]?.method === 'teltonika_gprs') as [Fitted, Fitted];
    parked = await play(one, 0);
    moving = await play(other, 43);
    visit = await house.enter('immobilizing_operator');
    page = visit.page;
  }, 120_000);
  afterAll(async () => {
    for (const played of [parked, moving]) played?.tracker.leave();
    await house?.close();
  });

  it('a parked vehicle: verdict, plate typed by hand, a code, the device’s word, the relay, and let go', async () => {
    report(parked);
    await page.goto(house.url + tabOf(parked));
    await page.getByText('Yes: nothing speaks against it.').waitFor();
    await askFor(parked, 'KAA 000A');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`That is not the plate of this vehicle. It is ${parked.plate}.`).waitFor();
    expect(parked.tracker.heard).toEqual([]);
    // As if the code had been given ten minutes ago.
    await house.db.sql(`update auth.session set stepped_up_at = now() - interval '10 minutes'`);
    await page.reload();
    await page.getByText('You will be asked for a code of your authenticator').waitFor();
    report(parked);
    await askFor(parked, parked.plate.replace(' ', '').toLowerCase());
    const login = house.login('immobilizing_operator');
    const code = page.getByRole('dialog').filter({ has: page.locator('input[name="totp"]') });
    await code.locator('input[name="totp"]').fill(totpAt(login.totp_secret ?? '', totpStep(new Date()) + 1));
    await code.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('The vehicle is immobilized.').waitFor();
    const job = page.locator('[data-job]');
    await job.locator('.status', { hasText: 'Device confirmed' }).waitFor();
    parked.tracker.report();
    await job.locator('.status', { hasText: 'Seen on the relay' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByText('The vehicle is released.').waitFor();
    expect(parked.tracker.heard).toEqual(['setdigout 1 ? 5', 'setdigout 0']);
    expect(visit.complaints).toEqual([]);
  }, 120_000);

  it('what was done is found, told step by step, and signed', async () => {
    await page.goto(`${house.url}/immobilizations?vehicle_id=${parked.vehicle_id}&kind=immobilize&status=completed`);
    await page.getByRole('cell', { name: 'Theft suspected' }).first().waitFor();
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: `Immobilize ${parked.plate}` }).waitFor();
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('cell', { name: 'setdigout 1 ? 5' }).waitFor();
    await page.getByRole('cell', { name: 'Relay seen in a report' }).waitFor();
    await page.getByRole('tab', { name: 'Case file' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: /JSON/ }).click();
    expect((await saved).suggestedFilename()).toMatch(/^case-.*\.json$/);
    await page.getByText('The signature holds.').waitFor();
    const pdf = page.waitForEvent('download');
    await page.getByRole('button', { name: /PDF/ }).click();
    expect((await pdf).suggestedFilename()).toMatch(/^case-.*\.pdf$/);
  }, 60_000);

  it('a moving vehicle is refused, and the page says why', async () => {
    report(moving);
    await page.goto(house.url + tabOf(moving));
    await page.getByText('No, not now.').waitFor();
    await page.getByText('The vehicle is moving, or was a moment ago.').waitFor();
    await page.getByText('Now 43 km/h, before 43 km/h').waitFor();
    await askFor(moving);
    await page.getByRole('dialog').getByRole('alert').getByText('The vehicle is moving, or was a moment ago.').waitFor();
    expect(moving.tracker.heard).toEqual([]);
    await page.keyboard.press('Escape');
  }, 60_000);

  it('a second person declines, and whoever asked is told', async () => {
    const { account_id } = await house.ask(house.login('admin'), 'GET', '/api/v1/auth/me');
    await house.db.sql('update access_control.setting set second_approver = true', [], String(account_id));
    report(parked);
    await page.goto(house.url + tabOf(parked));
    await page.getByText('A second person must approve before anything is sent.').waitFor();
    await askFor(parked);
    await page.getByText('Nothing has been sent. A second person must approve.').waitFor();
    const admin = await house.enter('admin', '/immobilizations');
    await admin.page.getByText('Waiting for a second person').waitFor();
    await admin.page.getByRole('button', { name: 'Decline' }).click();
    await admin.page.getByRole('dialog').getByLabel('In words').fill('Call the driver first');
    await admin.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
    await admin.page.getByText('Waiting for a second person').waitFor({ state: 'detached' });
    expect(admin.complaints).toEqual([]);
    await admin.close();
    await page.getByText('The second person declined.').waitFor();
    await page.getByText('Call the driver first').first().waitFor();
    expect(parked.tracker.heard).toHaveLength(2);
  }, 90_000);

  it('anybody of the staff stops it for all: then nothing is cut, and releases go on', async () => {
    const operator = await house.enter('operator', '/immobilizations');
    await operator.page.getByRole('button', { name: 'Stop all immobilizing' }).click();
    await operator.page.getByRole('dialog').getByLabel('Reason').fill('Somebody else is at the keyboard');
    await operator.page.getByRole('dialog').getByRole('button', { name: 'Throw the kill switch' }).click();
    await operator.page.getByText('The kill switch is on: nobody can immobilize a vehicle.').waitFor();
    // An operator sees what is, and is offered neither the verdict nor the button.
    await operator.page.goto(house.url + tabOf(parked));
    await operator.page.getByText('Installed circuit').waitFor();
    expect(await operator.page.getByRole('button', { name: /^(Immobilize…|Release)$/ }).count()).toBe(0);
    await operator.close();
    report(parked);
    await page.goto(house.url + tabOf(parked));
    await page.getByText('The kill switch is on: nobody in the account may immobilize.').waitFor();
    expect(await page.getByRole('button', { name: 'Immobilize…' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByText('The vehicle is released.').waitFor();
    await eventually(() => expect(parked.tracker.heard.at(-1)).toBe('setdigout 0'));
  }, 90_000);

  it('a driver is locked out for a reason and let in again', async () => {
    const { page: desk, complaints, close } = await house.enter('operator', '/drivers?status=active');
    await desk.locator('tbody a').first().click();
    await desk.getByRole('tab', { name: 'May drive?' }).click();
    await desk.getByText('What this rests on').waitFor();
    await desk.getByRole('button', { name: 'Lock out' }).click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('Reason').click();
    await desk.getByRole('option', { name: 'Investigation' }).click();
    await dialog.getByRole('button', { name: 'Lock out' }).click();
    await desk.getByText('The driver is locked out (Investigation), until lifted.').waitFor();
    await desk.getByText('This driver may not drive now.').waitFor();
    await desk.getByRole('button', { name: 'Lift' }).first().click();
    await dialog.getByLabel('Why it may be lifted').fill('Found in order');
    await dialog.getByRole('button', { name: 'Lift' }).click();
    await desk.getByText('The driver is locked out (Investigation), until lifted.').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await close();
  }, 60_000);
});
