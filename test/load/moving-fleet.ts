import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

interface Driven {
  vehicle_id: string;
  lat: number;
  lon: number;
  heading_deg: number;
}

export const middle = { lat: -1.2864, lon: 36.822 };

/** A fleet that all moves, each second, over a city of 18 by 14 km. */
export class MovingFleet {
  private readonly fleet: Driven[];
  /** How often all of it has moved. */
  steps = 0;
  /** Says nothing while true, so that what one frame costs can be told from what one update costs. */
  held = false;

  constructor(readonly vehicles: number) {
    this.fleet = Array.from({ length: vehicles }, (_, i) => ({
      vehicle_id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      lat: middle.lat + ((i * 7919) % 1000) / 1000 * 0.126 - 0.063,
      lon: middle.lon + ((i * 104_729) % 1000) / 1000 * 0.162 - 0.081,
      heading_deg: (i * 37) % 360,
    }));
  }

  names(offset: number, count: number): object {
    const items = this.fleet.slice(offset, offset + count).map(({ vehicle_id }, i) => ({ id: vehicle_id, plate: `KD${String.fromCharCode(65 + ((offset + i) % 26))} ${offset + i}`, name: null, park_id: null }));
    return { items, next_cursor: offset + count < this.vehicles ? String(offset + count) : null };
  }

  step(): string {
    this.steps += 1;
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
export function standIn(upstream: string, fleet: MovingFleet): Server {
  const stream = (res: ServerResponse): void => {
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    res.write(fleet.step());
    // As the real hub: a reader that is behind is not written to.
    const timer = setInterval(() => !fleet.held && res.writableLength === 0 && res.write(fleet.step()), 1000);
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
