import type { Sample } from '../../libs/telemetry_engine/src/sample';

/** Writes a vehicle's samples as a story: it drives, stands, is silent. East along a parallel, so that metres are easy to check. */
export class Drive {
  readonly samples: Sample[] = [];
  private headingDeg = 90;
  private fuelLph: number | undefined;

  constructor(
    private atMs: number,
    private lat = -1.29,
    private lon = 36.8,
    private everyS = 10,
  ) {}

  every(seconds: number): this {
    this.everyS = seconds;
    return this;
  }

  burning(lph: number): this {
    this.fuelLph = lph;
    return this;
  }

  get now(): number {
    return this.atMs;
  }

  get place(): { lat: number; lon: number } {
    return { lat: this.lat, lon: this.lon };
  }

  /** Straight on at one speed. */
  drive(seconds: number, kmh: number, more: Partial<Sample> = {}): this {
    for (let t = 0; t < seconds; t += this.everyS) {
      this.atMs += this.everyS * 1000;
      this.lon += ((kmh / 3.6) * this.everyS) / (111_195.08 * Math.cos((this.lat * Math.PI) / 180));
      this.say({ speed_kmh: kmh, ignition: true, ...more });
    }
    return this;
  }

  idle(seconds: number): this {
    return this.stand(seconds, { ignition: true });
  }

  park(seconds: number): this {
    return this.stand(seconds, { ignition: false });
  }

  stand(seconds: number, more: Partial<Sample>): this {
    for (let t = 0; t < seconds; t += this.everyS) {
      this.atMs += this.everyS * 1000;
      this.say({ speed_kmh: 0, ...more });
    }
    return this;
  }

  silence(seconds: number): this {
    this.atMs += seconds * 1000;
    return this;
  }

  say(more: Partial<Sample>): this {
    this.samples.push({ at_ms: this.atMs, lat: this.lat, lon: this.lon, heading_deg: this.headingDeg, valid: true, satellites: 10, ...(this.fuelLph === undefined ? {} : { fuel_rate_lph: this.fuelLph }), ...more });
    return this;
  }

  turn(deg: number): this {
    this.headingDeg = (this.headingDeg + deg + 360) % 360;
    return this;
  }
}
