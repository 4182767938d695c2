import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { report } from './bench';
import { startHouse } from './running-house';

const vehicles = Number(process.env.MAP_VEHICLES ?? 10_000);
const seconds = 12;
const [middleLat, middleLon] = [-1.2864, 36.822];

interface Driven {
  vehicle_id: string;
  lat: number;
  lon: number;
  heading_deg: number;
}

/** A fleet that all moves, each second, over a city of 18 by 14 km. */
class MovingFleet {
  private readonly fleet: Driven[] = Array.from({ length: vehicles }, (_, i) => ({
    vehicle_id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    lat: middleLat + ((i * 7919) % 1000) / 1000 * 0.126 - 0.063,
    lon: middleLon + ((i * 104_729) % 1000) / 1000 * 0.162 - 0.081,
    heading_deg: (i * 37) % 360,
  }));

  names(offset: number, count: number): object {
    const items = this.fleet.slice(offset, offset + count).map(({ vehicle_id }, i) => ({ id: vehicle_id, plate: `KD${String.fromCharCode(65 + ((offset + i) % 26))} ${offset + i}`, name: null, park_id: null }));
    return { items, next_cursor: offset + count < vehicles ? String(offset + count) : null };
  }

  step(): string {
    const at = new Date().toISOString();
    const rows = this.fleet.map((v) => {
      v.lat += Math.cos((v.heading_deg * Math.PI) / 180) * 0.0001;
      v.lon += Math.sin((v.heading_deg * Math.PI) / 180) * 0.0001;
      v.heading_deg = (v.heading_deg + 3) % 360;
      return { ...v, at, received_at: at, position_at: at, speed_kmh: 40, ignition: true, odometer_km: 12_345.6, fuel_level_l: 33.3, fuel_level_pct: null, voltage_v: 13.8, state: 'moving' };
    });
    return `event: positions\nid: ${Date.now()}\ndata: ${JSON.stringify(rows)}\n\n`;
  }
}

/** The real server, but for its live stream and its list of vehicles: those are the moving fleet. */
function standIn(upstream: string, fleet: MovingFleet): Server {
  const stream = (res: ServerResponse): void => {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    res.write(fleet.step());
    // As the real hub: a reader that is behind is not written to.
    const timer = setInterval(() => res.writableLength === 0 && res.write(fleet.step()), 1000);
    res.once('close', () => clearInterval(timer));
  };
  const pass = (req: IncomingMessage, res: ServerResponse): void => {
    const onward = request(upstream + (req.url ?? ''), { method: req.method, headers: { ...req.headers, host: new URL(upstream).host } }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.once('error', () => res.destroy());
    req.pipe(onward);
  };
  return createServer((req, res) => {
    const url = new URL(req.url ?? '/', upstream);
    if (url.pathname === '/api/v1/telemetry/live') stream(res);
    else if (url.pathname === '/api/v1/transport_registry') res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(fleet.names(Number(url.searchParams.get('cursor') ?? 0), 500)));
    else pass(req, res);
  });
}

/** Frames a second as the page itself counts them, and the longest time without one. */
function frames(page: Page, forSeconds: number, pan: boolean): Promise<{ fps: number; longestMs: number }> {
  return page.evaluate(
    ([length, moving]) =>
      new Promise((resolve) => {
        const map = (window as unknown as { mapReady: { panBy(by: [number, number], how: { animate: boolean }): void } }).mapReady;
        const begin = performance.now();
        let [count, before, longest] = [0, begin, 0];
        const frame = (now: number): void => {
          count += 1;
          longest = Math.max(longest, now - before);
          before = now;
          if (moving) map.panBy([Math.sin(count / 20) * 4, Math.cos(count / 20) * 4], { animate: false });
          if (now - begin < length * 1000) requestAnimationFrame(frame);
          else resolve({ fps: count / ((now - begin) / 1000), longestMs: longest });
        };
        requestAnimationFrame(frame);
      }),
    [forSeconds, pan] as const,
  );
}

/** How smooth the live map stays while every vehicle of a big fleet moves every second. A measurement: it asserts nothing. */
async function main(): Promise<void> {
  const given = process.env.FLEET_SERVER;
  const house = given ? undefined : await startHouse({ FLEET_WEB_DIR: join(__dirname, '../../web') });
  const server = standIn(given ?? house?.url ?? '', new MovingFleet()).listen(0, '127.0.0.1');
  const found = JSON.parse(spawnSync(process.execPath, [join(__dirname, '../../../test/support/find-browser.mjs')], { encoding: 'utf8' }).stdout) as { program: string; env: Record<string, string> };
  const flags = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const browser = await chromium.launch({ executablePath: found.program, args: flags, env: { ...(process.env as Record<string, string>), ...found.env } });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/map`);
  await page.fill('input[name="email"]', 'operator@demo.example');
  await page.fill('input[name="password"]', process.env.FLEET_DEMO_PASSWORD ?? 'measure-measure');
  await page.click('button[type="submit"]');
  await page.waitForFunction(() => 'mapReady' in window && (window as { mapReady?: unknown }).mapReady !== undefined, undefined, { timeout: 120_000 });
  await page.waitForFunction((count) => document.querySelectorAll('[role="status"]')[0]?.parentElement?.textContent?.includes(String(count)) ?? false, vehicles, { timeout: 60_000 }).catch(() => undefined);
  await page.waitForTimeout(8000);
  const rows: { name: string; value: number; unit: string }[] = [];
  for (const [place, zoom] of [['the whole city, clustered', 11.3], ['a district, each vehicle drawn', 13.2], ['a street', 15.5]] as const) {
    await page.evaluate(([lon, lat, z]) => (window as unknown as { mapReady: { jumpTo(to: object): void } }).mapReady.jumpTo({ center: [lon, lat], zoom: z }), [middleLon, middleLat, zoom] as const);
    await page.waitForTimeout(3000);
    for (const pan of [false, true]) {
      const { fps, longestMs } = await frames(page, seconds, pan);
      rows.push({ name: `${place}, ${pan ? 'panning' : 'still'}`, value: fps, unit: 'frames/s' }, { name: '  longest frame', value: longestMs, unit: 'ms' });
    }
  }
  if (process.env.MAP_PICTURE) await page.screenshot({ path: process.env.MAP_PICTURE });
  report('map', rows);
  await browser.close();
  server.closeAllConnections();
  server.close();
  await house?.stop();
}

void main();
