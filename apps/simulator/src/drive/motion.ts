import type { Dice } from '@fleet/platform/random';
import type { StreetMap } from '@fleet/telemetry_engine/play';
import type { Leg } from './router';

/** How somebody drives. */
export interface Driver {
  /** Of the limit, as a rule. */
  pace: number;
  /** 0 calm to 1 rough: how often the limit and the brakes are overdone. */
  rough: number;
}

const comfort = { accelerate: 1.6, brake: 2.2 };
const harsh = { accelerate: 4.2, brake: 5.6 };
/** Metres per second squared; about 0.4 g. */
const harshFrom = 3.9;
const coasting = 1.1;

export type HarshEvent = 'harsh_acceleration' | 'harsh_braking';

/** A vehicle on its way along streets: it keeps limits more or less, slows for corners and stops at red lights. */
export class Motion {
  speed_ms = 0;
  legs: Leg[] = [];
  private leg = 0;
  private along_m = 0;
  private factor = 1;
  private brake = comfort.brake;
  private accelerate = comfort.accelerate;

  constructor(
    private readonly map: StreetMap,
    private readonly dice: Dice,
    private readonly driver: Driver,
    public node: number,
  ) {}

  get underWay(): boolean {
    return this.leg < this.legs.length;
  }

  get heading_deg(): number {
    return this.legs[Math.min(this.leg, this.legs.length - 1)]?.heading_deg ?? 0;
  }

  get place(): { lat: number; lon: number } {
    const leg = this.legs[this.leg];
    const from = this.map.nodes[leg ? leg.from : this.node] as { lat: number; lon: number };
    const to = leg && this.map.nodes[leg.to];
    if (!leg || !to) return { lat: from.lat, lon: from.lon };
    const share = this.along_m / leg.length_m;
    return { lat: from.lat + (to.lat - from.lat) * share, lon: from.lon + (to.lon - from.lon) * share };
  }

  take(legs: Leg[]): void {
    this.legs = legs;
    this.leg = 0;
    this.along_m = 0;
    this.enterLeg();
  }

  /** One second of driving, or of rolling out with a dead engine. Answers the metres driven and what was overdone. */
  second(atS: number, enginePulls: boolean): { metres: number; event?: HarshEvent } {
    const before = this.speed_ms;
    const wanted = enginePulls ? this.wantedSpeed(atS) : 0;
    const up = enginePulls ? this.accelerate : 0;
    const down = enginePulls ? this.brake : coasting;
    this.speed_ms = wanted > before ? Math.min(wanted, before + up) : Math.max(wanted, before - down);
    if (this.speed_ms < 0.3 && wanted === 0) this.speed_ms = 0;
    const change = this.speed_ms - before;
    const metres = this.roll((before + this.speed_ms) / 2, atS, enginePulls);
    if (change >= harshFrom) return { metres, event: 'harsh_acceleration' };
    if (change <= -harshFrom) return { metres, event: 'harsh_braking' };
    return { metres };
  }

  private roll(metres: number, atS: number, enginePulls: boolean): number {
    let left = metres;
    for (let leg = this.legs[this.leg]; leg && left > 0; leg = this.legs[this.leg]) {
      const ahead = leg.length_m - this.along_m;
      if (left < ahead) {
        this.along_m += left;
        return metres;
      }
      const last = this.leg === this.legs.length - 1;
      if (last || (enginePulls && this.isRed(leg, atS))) {
        // The stop line: what the brakes did not manage is not driven.
        this.along_m = leg.length_m;
        this.speed_ms = 0;
        if (last) this.arrive(leg.to);
        return metres - (left - ahead);
      }
      left -= ahead;
      this.node = leg.to;
      this.leg += 1;
      this.along_m = 0;
      this.enterLeg();
    }
    return metres - left;
  }

  private arrive(node: number): void {
    this.node = node;
    this.leg = this.legs.length;
    this.along_m = 0;
  }

  private enterLeg(): void {
    const { rough, pace } = this.driver;
    const broad = (this.legs[this.leg]?.limit_ms ?? 0) > 15;
    this.factor = pace * (0.94 + 0.1 * this.dice.next());
    if (broad && this.dice.next() < 0.1 * rough) this.factor = 1.22 + 0.2 * this.dice.next();
    this.brake = this.dice.next() < 0.06 * rough ? harsh.brake : comfort.brake;
    this.accelerate = this.dice.next() < 0.05 * rough ? harsh.accelerate : comfort.accelerate;
  }

  private wantedSpeed(atS: number): number {
    const leg = this.legs[this.leg];
    if (!leg) return 0;
    const ahead = Math.max(0, leg.length_m - this.along_m);
    const next = this.legs[this.leg + 1];
    const atEnd = !next || this.isRed(leg, atS) ? 0 : cornerSpeed(leg, next);
    // Half a metre is stopped at; a second of driving lies between deciding and slowing.
    const canStopFrom = Math.sqrt(atEnd * atEnd + 2 * this.brake * 0.85 * Math.max(0, ahead - this.speed_ms * 0.5));
    const crawl = atEnd === 0 && ahead < 0.5 && next ? 0 : 1.2;
    return Math.min(leg.limit_ms * this.factor, Math.max(canStopFrom, crawl));
  }

  private isRed(leg: Leg, atS: number): boolean {
    const light = this.map.nodes[leg.to]?.light;
    if (!light || !this.legs[this.leg + 1]) return false;
    const northSouth = Math.abs(Math.cos((leg.heading_deg * Math.PI) / 180)) > Math.SQRT1_2;
    const phase = (atS + light.offset_s) % light.cycle_s;
    return northSouth === phase >= light.cycle_s / 2;
  }
}

function cornerSpeed(leg: Leg, next: Leg): number {
  const turn = Math.abs(((next.heading_deg - leg.heading_deg + 540) % 360) - 180);
  const straight = Math.min(leg.limit_ms, next.limit_ms) * 1.1;
  if (turn < 20) return straight;
  return Math.min(straight, turn < 50 ? 10 : turn < 110 ? 5.5 : 3);
}
