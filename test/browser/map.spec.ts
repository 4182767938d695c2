import { MotionTicker } from '../../libs/telemetry_engine/src/detect/motion-ticker';
import { axeFindings, BrowserHouse, foundBrowser } from '../support/browser';

const withBrowser = foundBrowser ? describe : describe.skip;

const count = 30;
const minuteMs = 60_000;

/** Five minutes of a vehicle: every third moves, idles or is parked; the last one said three hours ago that it was moving. */
function samplesOf(vehicle_id: string, i: number): object[] {
  const end = Date.now() - (i === count - 1 ? 180 * minuteMs : 2000);
  const moving = i === count - 1 || i % 3 === 0;
  return [4, 3, 2, 1, 0].map((ago) => ({
    vehicle_id,
    at: new Date(end - ago * minuteMs).toISOString(),
    lat: -1.3 + (i % 6) * 0.012 + (moving ? (4 - ago) * 0.002 : 0),
    lon: 36.78 + Math.floor(i / 6) * 0.014,
    speed_kmh: moving ? 14 : 0,
    heading_deg: 0,
    ignition: i % 3 !== 2,
    fuel_level_l: 30 - (4 - ago) * 0.1,
  }));
}

interface DrawnMap {
  loaded(): boolean;
  queryRenderedFeatures(options: { layers: string[] }): { properties: Record<string, unknown> }[];
}

withBrowser('the live map', () => {
  let house: BrowserHouse;
  let vehicles: string[];
  beforeAll(async () => {
    house = await BrowserHouse.open({ FLEET_DEMO: '1', FLEET_ROLES: 'api,ingest,worker', TELEMETRY_DERIVE_EVERY_MS: '0', IPS_PORT: '0', RETRANSLATOR_PORT: '0', TELTONIKA_PORT: '0' });
    const admin = house.login('admin');
    const { items: heard } = (await house.ask(admin, 'GET', '/api/v1/telemetry/last?fields=vehicle_id')) as { items: { vehicle_id: string }[] };
    const { items } = (await house.ask(admin, 'GET', `/api/v1/transport_registry?status=active&limit=${count + heard.length}&fields=id`)) as { items: { id: string }[] };
    // Those that the demo's history left on the map come first, so that each vehicle on it is one of ours.
    vehicles = [...new Set([...heard.map((last) => last.vehicle_id), ...items.map((vehicle) => vehicle.id)])].slice(0, count);
    await house.ask(admin, 'POST', '/api/v1/telemetry/ingest', vehicles.flatMap((id, i) => samplesOf(id, i)));
    await house.app.get(MotionTicker, { strict: false }).settle();
  }, 120_000);
  afterAll(() => house?.close(), 30_000);

  it('shows the fleet on the demo’s streets, and the list says the same', async () => {
    const { page, complaints, close } = await house.enter('operator', '/map');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.waitForFunction(() => (window as { mapReady?: DrawnMap }).mapReady?.loaded(), undefined, { timeout: 60_000 });
    await page.waitForFunction(() => ((window as { mapReady?: DrawnMap }).mapReady?.queryRenderedFeatures({ layers: ['vehicle', 'cluster'] }).length ?? 0) > 0, undefined, { timeout: 60_000 });
    const drawn = await page.evaluate(() => (window as { mapReady?: DrawnMap }).mapReady?.queryRenderedFeatures({ layers: ['vehicle', 'cluster', 'street'] }).map((f) => ({ ...f.properties })) ?? []);
    expect(drawn.some((f) => f['kind'] === 'street')).toBe(true);
    const shown = drawn.filter((f) => f['kind'] !== 'street').reduce((sum, f) => sum + Number(f['point_count'] ?? 1), 0);
    expect(shown).toBe(count);
    const counts = await page.getByRole('group', { name: 'By state' }).getByRole('button').allInnerTexts();
    expect(counts.map((text) => text.replaceAll(/\s+/g, ' ').replace(/^\S /, ''))).toEqual(['Moving 10', 'Idling 10', 'Parked 9', 'No data 1']);
    await page.getByText('30 of 30 vehicles').waitFor();
    expect(complaints.filter((text) => !/GPU stall|GL Driver/.test(text))).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await close();
  }, 150_000);

  it('finds a vehicle, shows its card and leads to its day', async () => {
    const { page, close } = await house.enter('operator', '/map');
    const list = page.getByRole('group', { name: 'Vehicles on the map' }).getByRole('button');
    await list.nth(1).waitFor();
    const plate = (await list.nth(1).locator('b').innerText()).trim();
    await page.getByRole('searchbox').fill(plate.replace(' ', '-').toLowerCase());
    await page.getByText(/^1 of \d+ vehicles/).waitFor();
    await list.first().click();
    const card = page.getByRole('region', { name: plate });
    await card.getByText('Last heard').waitFor();
    await page.reload();
    await page.getByRole('region', { name: plate }).getByRole('link', { name: 'Vehicle card' }).click();
    await page.getByRole('heading', { name: plate }).waitFor();
    await page.getByRole('tab', { name: 'Track' }).click();
    await page.getByRole('button', { name: 'Play' }).waitFor({ timeout: 60_000 });
    await page.getByRole('listitem').filter({ hasText: 'No data' }).waitFor();
    const before = await page.getByLabel('Time', { exact: true }).inputValue();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction((was) => document.querySelector<HTMLInputElement>('input[type="range"]')?.value !== was, before);
    await page.getByRole('tab', { name: 'Data trust' }).click();
    await page.getByText(/of the time is covered|Nothing was heard/).waitFor();
    await close();
  }, 150_000);

  it('draws a geofence by a press on the map and another in figures, and says who is inside', async () => {
    const { page, close } = await house.enter('operator', '/geofences');
    await page.getByRole('button', { name: 'Demo workshop' }).waitFor();
    await page.getByRole('button', { name: 'Draw' }).click();
    await page.waitForFunction(() => (window as { mapReady?: DrawnMap }).mapReady?.loaded(), undefined, { timeout: 60_000 });
    const canvas = (await page.locator('canvas.maplibregl-canvas').boundingBox())!;
    await page.mouse.click(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
    const edge = page.getByRole('button', { name: 'Edge of the circle' });
    await edge.focus();
    const radius = page.getByLabel('Radius');
    const before = await radius.inputValue();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(([was]) => [...document.querySelectorAll('input')].some((input) => input.name === 'radius_m' && input.value !== was), [before]);
    await page.getByRole('textbox', { name: 'Name' }).fill('Drawn by hand');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Drawn by hand' }).waitFor();
    await page.getByRole('button', { name: 'Draw' }).click();
    await page.getByText('Polygon', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Corners' }).fill('-1.32, 36.76\n-1.22, 36.76\n-1.22, 36.9\n-1.32, 36.9');
    await page.getByRole('textbox', { name: 'Name' }).fill('Typed in');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: `${count} vehicles inside now` }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'All geofences' }).click();
    await page.getByRole('button', { name: 'Drawn by hand' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The geofence is gone.').waitFor();
    await page.getByRole('button', { name: 'Typed in' }).waitFor();
    expect(await page.getByRole('button', { name: 'Drawn by hand' }).count()).toBe(0);
    await close();
  }, 150_000);

  it('opens a trip, goes to the replay of its day and back', async () => {
    const { page, close } = await house.enter('operator', '/trips');
    const trips = page.locator('main tbody tr');
    await trips.first().waitFor();
    await trips.last().getByRole('link').first().click();
    await page.getByRole('region', { name: 'Map of the trip' }).waitFor();
    const title = await page.getByRole('heading', { level: 1 }).innerText();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Replay of the day' }).click();
    const happened = page.getByRole('list', { name: 'What happened' });
    await happened.getByRole('link', { name: 'Open the trip' }).first().waitFor({ timeout: 60_000 });
    await page.goBack();
    await page.getByRole('heading', { name: title }).waitFor();
    await close();
  }, 150_000);

  it('answers on the vehicle’s card where it is, whether it is fine, and how its tank was', async () => {
    const { page, complaints, close } = await house.enter('operator', `/vehicles/${vehicles[0]}`);
    const now = page.getByRole('region', { name: 'Now' });
    await now.getByText('Moving').waitFor();
    await now.getByText('Last heard').waitFor();
    await page.getByRole('region', { name: 'Is it fine?' }).getByText('Data trust').waitFor();
    await page.getByRole('region', { name: 'Fuel level, last 24 hours' }).locator('canvas').waitFor({ timeout: 60_000 });
    await page.getByRole('region', { name: 'Map of the vehicle' }).waitFor();
    expect(complaints.filter((text) => !/GPU stall|GL Driver/.test(text))).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await close();
  }, 150_000);
});
