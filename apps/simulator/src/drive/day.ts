import type { Dice } from '@fleet/platform/random';
import type { StreetMap } from '@fleet/telemetry_engine/play';

export type Stop = 'job' | 'fuel' | 'yard' | 'break';

/** What the driver does next: drive somewhere, or stand for a while. */
export type Plan = { go: number; then: Stop } | { stand_s: number; engine: boolean; why: Stop | 'off_duty' };

export interface Duty {
  /** Never ends: for load, where every vehicle reports all the time. */
  always: boolean;
  /** Part of the day on duty. */
  share: number;
  /** Where in the day duty begins, seconds. */
  begins_s: number;
  yard: number;
}

const daySeconds = 86_400;
const breakEveryS = 2.5 * 3600;
const lowTank = 0.17;

export const onDuty = (duty: Duty, atS: number): boolean => duty.always || (atS + daySeconds - duty.begins_s) % daySeconds < duty.share * daySeconds;

/** A working day: jobs across the city, a break, fuel when it runs low, and the yard when duty is over. */
export class Day {
  private lastBreakS: number;

  constructor(
    private readonly map: StreetMap,
    private readonly dice: Dice,
    private readonly duty: Duty,
    atS: number,
  ) {
    this.lastBreakS = atS - dice.between(0, breakEveryS);
  }

  next(atS: number, here: number, full: number): Plan {
    if (!onDuty(this.duty, atS)) return here === this.duty.yard ? { stand_s: 300, engine: false, why: 'off_duty' } : { go: this.duty.yard, then: 'yard' };
    if (full < lowTank) {
      const pump = this.nearest(this.map.fuel, here);
      if (pump !== undefined && pump !== here) return { go: pump, then: 'fuel' };
    }
    if (atS - this.lastBreakS > breakEveryS) {
      this.lastBreakS = atS;
      return { stand_s: this.dice.between(600, 1500), engine: false, why: 'break' };
    }
    return { go: this.somewhere(here), then: 'job' };
  }

  /** On arrival: passengers or freight, with the engine on when it is short. */
  stay(stop: Stop): Plan {
    switch (stop) {
      case 'job': {
        const stand_s = this.dice.next() < 0.12 ? this.dice.between(240, 900) : this.dice.between(15, 110);
        return { stand_s, engine: stand_s < 420 && this.dice.next() < 0.75, why: stop };
      }
      case 'fuel':
        return { stand_s: 20, engine: false, why: stop };
      case 'yard':
      case 'break':
        return { stand_s: this.dice.between(120, 300), engine: false, why: stop };
    }
  }

  /** Most jobs are near, some go across the city. */
  private somewhere(here: number): number {
    const from = this.map.nodes[here] as { x: number; y: number };
    const far = this.dice.next() < 0.2;
    let node = here;
    for (let attempt = 0; attempt < 8 || node === here; attempt += 1) {
      node = this.dice.between(0, this.map.nodes.length - 1);
      const to = this.map.nodes[node] as { x: number; y: number };
      if (node !== here && (far || Math.hypot(to.x - from.x, to.y - from.y) < 4500)) break;
    }
    return node;
  }

  private nearest(nodes: number[], here: number): number | undefined {
    const from = this.map.nodes[here] as { x: number; y: number };
    const distance = (id: number): number => Math.hypot((this.map.nodes[id]?.x ?? 0) - from.x, (this.map.nodes[id]?.y ?? 0) - from.y);
    return [...nodes].sort((a, b) => distance(a) - distance(b))[0];
  }
}
