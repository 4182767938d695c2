import type { Dice } from '@fleet/platform/random';
import type { Sample } from '../sample';

interface Spot {
  lat: number;
  lon: number;
}

export interface DemoDepot extends Spot {
  name: string;
  radius_m: number;
}

/** Yards of the demo company, at places where roads really are, with names nobody has. */
export const demoDepots: readonly DemoDepot[] = [
  { name: 'Demo yard west', lat: -1.2676, lon: 36.8108, radius_m: 220 },
  { name: 'Demo yard east', lat: -1.275, lon: 36.85, radius_m: 220 },
  { name: 'Demo workshop', lat: -1.3106, lon: 36.8497, radius_m: 150 },
];

const metresPerDegree = 111_195.08;
const radiusDeg = 0.05;
const parkedEveryS = 290;

/** One vehicle's day: out of its yard, from errand to errand along a grid of streets, and home again. */
export class DemoDay {
  readonly samples: Sample[] = [];
  private headingDeg = 0;
  private odometerKm = 0;

  constructor(
    private readonly dice: Dice,
    private atMs: number,
    private readonly endMs: number,
    private readonly home: Spot,
    private readonly everyS: number,
    private readonly odometerAfterKm: number,
    private spot: Spot = { ...home },
  ) {}

  live(): this {
    this.park(this.dice.between(5, 7) * 3600 + this.dice.between(0, 3000));
    for (let errand = this.dice.between(5, 9); errand > 0 && this.atMs < this.endMs - 3 * 3_600_000; errand -= 1) {
      this.go({ lat: this.home.lat + this.away(), lon: this.home.lon + this.away() });
      if (this.dice.between(1, 5) === 1) this.stand(this.dice.between(330, 900), true, this.everyS);
      this.park(this.dice.between(600, 4200));
    }
    this.go(this.home);
    this.park((this.endMs - this.atMs) / 1000);
    this.endAtOdometer();
    return this;
  }

  /** Parked where the day ended, without dice: what other seeds throw must not depend on the hour. */
  restUntil(endMs: number): this {
    const last = this.samples.at(-1);
    if (!last) return this;
    const { rpm: _rpm, fuel_rate_lph: _rate, ...parked } = { ...last, speed_kmh: 0, ignition: false };
    for (let at_ms = last.at_ms + parkedEveryS * 1000; at_ms < endMs; at_ms += parkedEveryS * 1000) this.samples.push({ ...parked, at_ms });
    return this;
  }

  /** What the registry knows is what was read last: a day that went beyond it would make today's first report a fall. */
  private endAtOdometer(): void {
    for (const sample of this.samples) sample.odometer_km = this.odometerAfterKm - this.odometerKm + (sample.odometer_km ?? 0);
  }

  private away(): number {
    return (this.dice.next() * 2 - 1) * radiusDeg;
  }

  /** First along the meridian, then along the parallel, with lights in between. */
  private go(to: Spot): void {
    const hurry = this.dice.between(1, 12) === 1 ? 2.3 : 1;
    this.leg({ lat: to.lat, lon: this.spot.lon }, hurry);
    this.leg(to, hurry);
  }

  private leg(to: Spot, hurry: number): void {
    const scale = Math.cos((this.spot.lat * Math.PI) / 180);
    let left = Math.hypot((to.lon - this.spot.lon) * scale, to.lat - this.spot.lat) * metresPerDegree;
    const [dLat, dLon] = [to.lat - this.spot.lat, to.lon - this.spot.lon];
    const whole = left;
    this.headingDeg = dLat === 0 ? (dLon > 0 ? 90 : 270) : dLat > 0 ? 0 : 180;
    while (left > 1 && this.atMs < this.endMs) {
      if (this.dice.between(1, 25) === 1) this.stand(this.dice.between(30, 90), true, this.everyS);
      const kmh = Math.min((28 + this.dice.between(0, 27)) * hurry, (left / this.everyS) * 3.6);
      const metres = (kmh / 3.6) * this.everyS;
      left -= metres;
      this.spot = { lat: this.spot.lat + (dLat * metres) / whole, lon: this.spot.lon + (dLon * metres) / whole };
      this.odometerKm += metres / 1000;
      this.say(this.everyS, { speed_kmh: kmh, ignition: true, rpm: 1500 + Math.round(kmh * 18), fuel_rate_lph: 2 + kmh / 9 });
    }
  }

  private park(seconds: number): void {
    this.stand(30, false, 30);
    this.stand(seconds - 30, false, parkedEveryS);
  }

  private stand(seconds: number, ignition: boolean, everyS: number): void {
    for (let t = everyS; t <= seconds && this.atMs < this.endMs; t += everyS) this.say(everyS, { speed_kmh: 0, ignition, ...(ignition ? { rpm: 780, fuel_rate_lph: 0.9 } : {}) });
  }

  private say(afterS: number, more: Partial<Sample>): void {
    this.atMs += afterS * 1000;
    if (this.atMs >= this.endMs) return;
    const satellites = this.dice.between(8, 14);
    this.samples.push({ at_ms: this.atMs, ...this.spot, heading_deg: this.headingDeg, satellites, valid: true, odometer_km: this.odometerKm, voltage_v: more.ignition ? 13.9 : 12.6, ...more });
  }
}
