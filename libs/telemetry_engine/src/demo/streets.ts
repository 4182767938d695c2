import { Dice } from '@fleet/platform/random';
import { Plane, type City } from './city';
import { Draft, type StreetClass } from './street-draft';

export type { StreetClass } from './street-draft';

export const limitKmh: Record<StreetClass, number> = { trunk: 80, arterial: 60, collector: 50, local: 35 };

export interface StreetNode {
  lat: number;
  lon: number;
  /** Metres east and north of the middle. */
  x: number;
  y: number;
  light?: { cycle_s: number; offset_s: number };
  place?: 'fuel' | 'yard';
}

export interface Street {
  a: number;
  b: number;
  class: StreetClass;
  length_m: number;
  /** From a to b. */
  heading_deg: number;
}

/** Streets of a city that a program made: nodes, streets between them, and for each node the streets that leave it. */
export interface StreetMap {
  city: City;
  nodes: StreetNode[];
  streets: Street[];
  exits: number[][];
  fuel: number[];
  /** In the order of the city's yards. */
  yards: number[];
}

const blockM = 420;

/** The same city and seed make the same streets on every machine. */
export function layStreets(city: City, seed = 7): StreetMap {
  const dice = new Dice(seed);
  const draft = new Draft();
  layGrid(draft, city, dice);
  layRing(draft, 2_600, 22, 'arterial');
  layRing(draft, 5_600, 40, 'trunk');
  layDiagonal(draft, city, 38, dice);
  layDiagonal(draft, city, 128, dice);
  return finish(city, draft.largestPart(), dice);
}

/** Blocks with a broad street at every sixth line and a middling one at every third; a few streets and two parks are missing. */
function layGrid(draft: Draft, city: City, dice: Dice): void {
  const [cols, rows] = [Math.floor((city.width_km * 1000) / blockM), Math.floor((city.height_km * 1000) / blockM)];
  const tilt = (city.tilt_deg * Math.PI) / 180;
  const [halfX, halfY] = [(city.width_km * 1000) / 2, (city.height_km * 1000) / 2];
  const parks = [{ x: -0.32 * halfX, y: 0.45 * halfY, r: 900 }, { x: 0.25 * halfX, y: -0.5 * halfY, r: 1_100 }];
  const ids = new Map<string, number>();
  for (let col = 0; col <= cols; col += 1) {
    for (let row = 0; row <= rows; row += 1) {
      const [u, v] = [(col - cols / 2) * blockM + dice.between(-45, 45), (row - rows / 2) * blockM + dice.between(-45, 45)];
      const [x, y] = [u * Math.cos(tilt) - v * Math.sin(tilt), u * Math.sin(tilt) + v * Math.cos(tilt)];
      if (Math.abs(x) > halfX || Math.abs(y) > halfY || parks.some((p) => Math.hypot(x - p.x, y - p.y) < p.r)) continue;
      ids.set(`${col},${row}`, draft.node(x, y));
    }
  }
  const classOf = (line: number): StreetClass => (line % 6 === 0 ? 'arterial' : line % 3 === 0 ? 'collector' : 'local');
  const join = (from: string, to: string, kind: StreetClass): void => {
    const [a, b] = [ids.get(from), ids.get(to)];
    const missing = dice.next() < (kind === 'local' ? 0.12 : 0);
    if (a !== undefined && b !== undefined && !missing) draft.street(a, b, kind);
  };
  for (let col = 0; col <= cols; col += 1) {
    for (let row = 0; row <= rows; row += 1) {
      join(`${col},${row}`, `${col + 1},${row}`, classOf(row));
      join(`${col},${row}`, `${col},${row + 1}`, classOf(col));
    }
  }
}

function layRing(draft: Draft, radiusM: number, count: number, kind: StreetClass): void {
  const grid = draft.size;
  const ring = Array.from({ length: count }, (_, i) => draft.node(radiusM * Math.cos((2 * Math.PI * i) / count), radiusM * Math.sin((2 * Math.PI * i) / count)));
  ring.forEach((id, i) => {
    draft.street(id, ring[(i + 1) % count] as number, kind);
    if (i % 2 === 0) draft.streetToNearest(id, grid, 'arterial');
  });
}

function layDiagonal(draft: Draft, city: City, degrees: number, dice: Dice): void {
  const grid = draft.size;
  const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  let before: number | undefined;
  for (let m = -city.width_km * 500; m <= city.width_km * 500; m += 600) {
    if (Math.abs(m * dx) > city.width_km * 490 || Math.abs(m * dy) > city.height_km * 490) continue;
    const id = draft.node(m * dx + dice.between(-60, 60), m * dy + dice.between(-60, 60));
    if (before !== undefined) draft.street(before, id, 'trunk');
    draft.streetToNearest(id, grid, 'arterial');
    before = id;
  }
}

function finish(city: City, draft: Draft, dice: Dice): StreetMap {
  const plane = new Plane(city);
  const nodes: StreetNode[] = draft.nodes.map(({ x, y }) => ({ ...plane.toPlace(x, y), x, y }));
  const streets = draft.streets.map(({ a, b, kind }): Street => {
    const [from, to] = [nodes[a] as StreetNode, nodes[b] as StreetNode];
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    return { a, b, class: kind, length_m: Math.hypot(dx, dy), heading_deg: ((Math.atan2(dx, dy) * 180) / Math.PI + 360) % 360 };
  });
  const exits: number[][] = nodes.map(() => []);
  streets.forEach(({ a, b }, i) => {
    exits[a]?.push(i);
    exits[b]?.push(i);
  });
  const fuel: number[] = [];
  nodes.forEach((node, id) => {
    const broad = (exits[id] as number[]).filter((s) => streets[s]?.class !== 'local').length;
    if (broad >= 3 && dice.next() < 0.7) node.light = { cycle_s: dice.between(50, 95), offset_s: dice.between(0, 94) };
    else if (broad >= 2 && dice.next() < 0.045) {
      node.place = 'fuel';
      fuel.push(id);
    }
  });
  const yards = city.yards.map(({ lat, lon }) => nearestNode({ nodes }, lat, lon, plane));
  for (const id of yards) (nodes[id] as StreetNode).place = 'yard';
  return { city, nodes, streets, exits, fuel: fuel.filter((id) => !yards.includes(id)), yards };
}

export function nearestNode({ nodes }: { nodes: StreetNode[] }, lat: number, lon: number, plane: Plane): number {
  const { x, y } = plane.toPoint(lat, lon);
  let best = 0;
  let bestM = Infinity;
  nodes.forEach((node, id) => {
    const m = Math.hypot(node.x - x, node.y - y);
    if (m < bestM) [best, bestM] = [id, m];
  });
  return best;
}
