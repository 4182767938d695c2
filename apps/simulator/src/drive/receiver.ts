import type { Dice } from '@fleet/platform/random';
import { Plane, type City, type Sample } from '@fleet/telemetry_engine/play';

type Fix = Pick<Sample, 'lat' | 'lon' | 'altitude_m' | 'satellites' | 'valid' | 'speed_kmh' | 'heading_deg'> & { hdop: number };

const metresPerDegree = 111_195;

/** A satellite receiver: a few metres off, and now and then much more when it is a bad one. */
export class Receiver {
  private readonly plane: Plane;
  private drift = { x: 0, y: 0 };

  constructor(
    city: City,
    private readonly dice: Dice,
    private readonly bad: boolean,
  ) {
    this.plane = new Plane(city);
  }

  fix(place: { lat: number; lon: number }, speed_kmh: number, heading_deg: number): Fix {
    const moving = speed_kmh > 1;
    // At rest the error wanders; on the way each fix has its own.
    this.drift = moving ? { x: this.gauss(2.2), y: this.gauss(2.2) } : { x: this.drift.x * 0.8 + this.gauss(0.5), y: this.drift.y * 0.8 + this.gauss(0.5) };
    const luck = this.bad ? this.dice.next() : 1;
    const satellites = this.bad ? this.dice.between(3, 7) : this.dice.between(8, 15);
    if (luck < 0.06) return { lat: 0, lon: 0, satellites: 0, valid: false, speed_kmh: 0, heading_deg: 0, altitude_m: 0, hdop: 99.9 };
    const leap = luck < 0.1 ? 0.03 + this.dice.next() * 0.25 : 0;
    const { x, y } = this.plane.toPoint(place.lat, place.lon);
    const altitude = 1680 - y / 160 - x / 220 + 14 * Math.sin(x / 900) * Math.cos(y / 1100);
    return {
      lat: round(place.lat + this.drift.y / metresPerDegree + leap, 6),
      lon: round(place.lon + this.drift.x / metresPerDegree + leap / 2, 6),
      altitude_m: Math.round(altitude),
      satellites,
      valid: satellites > 3,
      speed_kmh: moving ? round(Math.max(0, speed_kmh + this.gauss(0.4)), 1) : 0,
      heading_deg: Math.round(heading_deg) % 360,
      hdop: round((this.bad ? 3.2 : 0.7) + this.dice.next() * 0.6, 1),
    };
  }

  private gauss(sigma: number): number {
    const sum = this.dice.next() + this.dice.next() + this.dice.next() + this.dice.next();
    return (sum - 2) * 1.73 * sigma;
  }
}

export const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
