export type StreetClass = 'trunk' | 'arterial' | 'collector' | 'local';

interface DraftStreet {
  a: number;
  b: number;
  kind: StreetClass;
}

/** Streets while they are being laid. */
export class Draft {
  readonly nodes: { x: number; y: number }[] = [];
  readonly streets: DraftStreet[] = [];

  get size(): number {
    return this.nodes.length;
  }

  node(x: number, y: number): number {
    return this.nodes.push({ x, y }) - 1;
  }

  street(a: number, b: number, kind: StreetClass): void {
    this.streets.push({ a, b, kind });
  }

  /** To the nearest of the first `count` nodes, unless that is far off. */
  streetToNearest(id: number, count: number, kind: StreetClass): void {
    const { x, y } = this.nodes[id] as { x: number; y: number };
    let [best, bestM] = [-1, 500];
    for (let other = 0; other < count; other += 1) {
      const to = this.nodes[other] as { x: number; y: number };
      const m = Math.hypot(to.x - x, to.y - y);
      if (m < bestM) [best, bestM] = [other, m];
    }
    if (best >= 0) this.street(id, best, kind);
  }

  /** Without islands that no route leads to. */
  largestPart(): Draft {
    const next: number[][] = this.nodes.map(() => []);
    for (const { a, b } of this.streets) {
      next[a]?.push(b);
      next[b]?.push(a);
    }
    const part = new Array<number>(this.size).fill(-1);
    let largest: number[] = [];
    for (let start = 0; start < this.size; start += 1) {
      if (part[start] !== -1) continue;
      const members = [start];
      part[start] = start;
      for (const id of members) {
        for (const to of next[id] as number[]) {
          if (part[to] !== -1) continue;
          part[to] = start;
          members.push(to);
        }
      }
      if (members.length > largest.length) largest = members;
    }
    const kept = new Draft();
    const ids = new Map(largest.sort((a, b) => a - b).map((id) => [id, kept.node(this.nodes[id]?.x ?? 0, this.nodes[id]?.y ?? 0)]));
    for (const { a, b, kind } of this.streets) if (ids.has(a)) kept.street(ids.get(a) as number, ids.get(b) as number, kind);
    return kept;
  }
}
