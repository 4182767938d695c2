import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { report, type Metric } from './bench';
import { middle, MovingFleet, standIn } from './moving-fleet';
import { startHouse } from './running-house';

const vehicles = Number(process.env.MAP_VEHICLES ?? 10_000);
const seconds = Number(process.env.MAP_SECONDS ?? 8);
const places = [['the whole city, clustered', 11.3], ['a district, each vehicle drawn', 13.2], ['a street', 15.5]] as const;
const [wantedFps, updatesPerSecond] = [30, 1];

interface ShownMap {
  jumpTo(to: object): void;
  panBy(by: [number, number], how: { animate: boolean }): void;
}
type WithMap = Window & { mapReady?: ShownMap };

/** Frames a second as the page itself counts them, and the longest time without one. */
function frames(page: Page, pan: boolean): Promise<{ count: number; tookMs: number; longestMs: number }> {
  return page.evaluate(
    ([length, moving]) =>
      new Promise((resolve) => {
        const map = (window as WithMap).mapReady;
        const begin = performance.now();
        let [count, before, longest] = [0, begin, 0];
        const frame = (now: number): void => {
          count += 1;
          longest = Math.max(longest, now - before);
          before = now;
          if (moving) map?.panBy([Math.sin(count / 20) * 4, Math.cos(count / 20) * 4], { animate: false });
          if (now - begin < length * 1000) requestAnimationFrame(frame);
          else resolve({ count, tookMs: now - begin, longestMs: longest });
        };
        requestAnimationFrame(frame);
      }),
    [seconds, pan] as const,
  );
}

/** Milliseconds of processor time: of the page's own main thread, where waiting for the drawing does not count, and of the process that draws. */
interface Used {
  page: number;
  drawing: number;
}

async function processors(browser: Browser, page: Page): Promise<() => Promise<Used>> {
  const [ofPage, ofBrowser] = [await page.context().newCDPSession(page), await browser.newBrowserCDPSession()];
  await ofPage.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const [{ metrics }, { processInfo }] = await Promise.all([ofPage.send('Performance.getMetrics'), ofBrowser.send('SystemInfo.getProcessInfo')]);
    return { page: (metrics.find((m) => m.name === 'TaskDuration')?.value ?? 0) * 1000, drawing: (processInfo.find((p) => p.type === 'GPU')?.cpuTime ?? 0) * 1000 };
  };
}

async function open(page: Page, port: number): Promise<void> {
  await page.goto(`http://localhost:${port}/map`);
  await page.fill('input[name="email"]', 'operator@demo.example');
  await page.fill('input[name="password"]', process.env.FLEET_DEMO_PASSWORD ?? 'measure-measure');
  await page.click('button[type="submit"]');
  await page.waitForFunction(() => (window as WithMap).mapReady !== undefined, undefined, { timeout: 120_000 });
  await page.getByText(`${vehicles} of ${vehicles} vehicles`).waitFor({ timeout: 60_000 });
}

/** One way of looking at the map: frames, and what each frame or update cost. */
async function look(page: Page, fleet: MovingFleet, used: () => Promise<Used>, how: { pan: boolean; held: boolean }): Promise<{ fps: number; longestMs: number; perFrame: Used; perUpdate: Used }> {
  fleet.held = how.held;
  // What was on its way when the stream fell silent is drawn first.
  await page.waitForTimeout(how.held ? 3000 : 1000);
  const [stepsBefore, before] = [fleet.steps, await used()];
  const { count, tookMs, longestMs } = await frames(page, how.pan);
  const after = await used();
  const each = (n: number): Used => ({ page: (after.page - before.page) / Math.max(1, n), drawing: (after.drawing - before.drawing) / Math.max(1, n) });
  return { fps: (count * 1000) / tookMs, longestMs, perFrame: each(count), perUpdate: each(fleet.steps - stepsBefore) };
}

async function measure(browser: Browser, page: Page, fleet: MovingFleet): Promise<Metric[]> {
  const used = await processors(browser, page);
  const rows: Metric[] = [];
  for (const [place, zoom] of places) {
    await page.evaluate(([lon, lat, z]) => (window as WithMap).mapReady?.jumpTo({ center: [lon, lat], zoom: z }), [middle.lon, middle.lat, zoom] as const);
    await page.waitForTimeout(2000);
    const still = await look(page, fleet, used, { pan: false, held: false });
    const panning = await look(page, fleet, used, { pan: true, held: true });
    const both = await look(page, fleet, used, { pan: true, held: false });
    rows.push(
      { name: `${place}, still`, value: still.fps, unit: `frames/s, longest ${Math.round(still.longestMs)} ms` },
      { name: '  panning', value: both.fps, unit: `frames/s, longest ${Math.round(both.longestMs)} ms` },
      { name: '  an update, main thread of the page', value: still.perUpdate.page, unit: 'ms' },
      { name: '  a frame, main thread of the page', value: panning.perFrame.page, unit: 'ms' },
      { name: '  a frame, drawn by software', value: panning.perFrame.drawing, unit: 'ms' },
      { name: `  a second at ${wantedFps} frames, main thread`, value: wantedFps * panning.perFrame.page + updatesPerSecond * still.perUpdate.page, unit: 'ms of 1000' },
    );
  }
  return rows;
}

/** How smooth the live map stays while every vehicle of a big fleet moves every second. A measurement: it asserts nothing. */
async function main(): Promise<void> {
  const given = process.env.FLEET_SERVER;
  const house = given ? undefined : await startHouse({ FLEET_WEB_DIR: join(__dirname, '../../web') });
  const fleet = new MovingFleet(vehicles);
  const server = standIn(given ?? house?.url ?? '', fleet).listen(0, '127.0.0.1');
  const found = JSON.parse(spawnSync(process.execPath, [join(__dirname, '../../../test/support/find-browser.mjs')], { encoding: 'utf8' }).stdout) as { program: string; env: Record<string, string> };
  const flags = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await chromium.launch({ executablePath: found.program, args: flags, env: { ...(process.env as Record<string, string>), ...found.env } });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(120_000);
    await open(page, (server.address() as AddressInfo).port);
    report('map', await measure(browser, page, fleet));
    if (process.env.MAP_PICTURE) await page.screenshot({ path: process.env.MAP_PICTURE });
  } finally {
    await browser.close().catch(() => undefined);
    server.closeAllConnections();
    server.close();
    await house?.stop();
  }
}

void main();
