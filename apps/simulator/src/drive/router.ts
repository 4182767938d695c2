import { limitKmh, type StreetMap } from '@fleet/telemetry_engine/play';

/** One street of a route, driven from one of its ends to the other. */
export interface Leg {
  from: number;
  to: number;
  length_m: number;
  heading_deg: number;
  limit_ms: number;
}

/** Straight-line seconds at the fastest street: never more than the way really takes. */
const fastest_ms = limitKmh.trunk / 3.6;

/** Finds the quickest way through the streets. One router serves a whole fleet: it reuses its tables. */
export class Router {
  private readonly cost: Float64Array;
  private readonly cameBy: Int32Array;
  private readonly seen: Uint32Array;
  private round = 0;
  private heap: { node: number; rank: number }[] = [];

  constructor(readonly map: StreetMap) {
    const { length } = map.nodes;
    this.cost = new Float64Array(length);
    this.cameBy = new Int32Array(length);
    this.seen = new Uint32Array(length);
  }

  route(from: number, to: number): Leg[] {
    const { map, cost, cameBy, seen } = this;
    const round = ++this.round;
    this.heap = [];
    const reach = (node: number, seconds: number, by: number): void => {
      if (seen[node] === round && (cost[node] as number) <= seconds) return;
      seen[node] = round;
      cost[node] = seconds;
      cameBy[node] = by;
      this.push({ node, rank: seconds + this.straightSeconds(node, to) });
    };
    reach(from, 0, -1);
    for (let next = this.pop(); next && next.node !== to; next = this.pop()) {
      const here = next.node;
      if (next.rank > (cost[here] as number) + this.straightSeconds(here, to) + 1e-6) continue;
      for (const s of map.exits[here] as number[]) {
        const street = map.streets[s] as StreetMap['streets'][number];
        const other = street.a === here ? street.b : street.a;
        const wait = map.nodes[other]?.light ? 12 : 3;
        reach(other, (cost[here] as number) + street.length_m / (limitKmh[street.class] / 3.6) + wait, s);
      }
    }
    return this.legsTo(from, to);
  }

  private legsTo(from: number, to: number): Leg[] {
    const legs: Leg[] = [];
    for (let here = to; here !== from; ) {
      const street = this.map.streets[this.cameBy[here] as number];
      if (!street) return [];
      const start = street.a === here ? street.b : street.a;
      const heading_deg = street.a === start ? street.heading_deg : (street.heading_deg + 180) % 360;
      legs.push({ from: start, to: here, length_m: street.length_m, heading_deg, limit_ms: limitKmh[street.class] / 3.6 });
      here = start;
    }
    return legs.reverse();
  }

  private straightSeconds(node: number, to: number): number {
    const [a, b] = [this.map.nodes[node], this.map.nodes[to]];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) / fastest_ms : 0;
  }

  private push(entry: { node: number; rank: number }): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as typeof entry).rank <= entry.rank) break;
      heap[at] = heap[parent] as typeof entry;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): { node: number; rank: number } | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as typeof last).rank < (heap[child] as typeof last).rank) child += 1;
      if ((heap[child] as typeof last).rank >= last.rank) break;
      heap[at] = heap[child] as typeof last;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
