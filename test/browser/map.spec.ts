import { axeFindings, BrowserHouse, foundBrowser } from '../support/browser';

const withBrowser = foundBrowser ? describe : describe.skip;

interface DrawnMap {
  loaded(): boolean;
  queryRenderedFeatures(options: { layers: string[] }): { properties: Record<string, unknown> }[];
}

withBrowser('the live map', () => {
  let house: BrowserHouse;
  beforeAll(async () => {
    house = await BrowserHouse.open({ FLEET_DEMO: '1' });
  }, 90_000);
  afterAll(() => house?.close(), 30_000);

  it('shows the fleet on the demo’s streets, and the list says the same', async () => {
    const { page, complaints, close } = await house.enter('operator', '/map');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.waitForFunction(() => (window as { mapReady?: DrawnMap }).mapReady?.loaded(), undefined, { timeout: 60_000 });
    await page.waitForFunction(() => ((window as { mapReady?: DrawnMap }).mapReady?.queryRenderedFeatures({ layers: ['vehicle', 'cluster'] }).length ?? 0) > 0, undefined, { timeout: 60_000 });
    const drawn = await page.evaluate(() => (window as { mapReady?: DrawnMap }).mapReady?.queryRenderedFeatures({ layers: ['vehicle', 'cluster', 'street'] }).map((f) => ({ ...f.properties })) ?? []);
    expect(drawn.some((f) => f['kind'] === 'street')).toBe(true);
    const shown = drawn.filter((f) => f['kind'] !== 'street').reduce((sum, f) => sum + Number(f['point_count'] ?? 1), 0);
    expect(shown).toBeGreaterThan(40);
    const counts = await page.getByRole('group', { name: 'By state' }).getByRole('button').allInnerTexts();
    const all = Number(/of (\d+)/.exec(await page.getByText(/\d+ of \d+ vehicles/).innerText())?.[1]);
    expect(counts.map((text) => Number(text.match(/\d+/)?.[0])).reduce((a, b) => a + b)).toBe(all);
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
    await page.getByText(/^No data/).waitFor();
    const before = await page.getByLabel('Time', { exact: true }).inputValue();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction((was) => document.querySelector<HTMLInputElement>('input[type="range"]')?.value !== was, before);
    await page.getByRole('tab', { name: 'Data trust' }).click();
    await page.getByText(/of the time is covered|Nothing was heard/).waitFor();
    await close();
  }, 150_000);
});
