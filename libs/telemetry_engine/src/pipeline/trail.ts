import type { Sample } from '../sample';
import { distanceM } from './geo';
import { accelerationKmhPerS, jumpKmh, jumpMinM } from './limits';

interface Fix {
  at_ms: number;
  lat: number;
  lon: number;
}

/**
 * What a vehicle said last, as far as the next sample is judged by it. A fix that is far off is doubted until three in a
 * row agree with each other: then the vehicle really is there, and the old place was the mistake.
 */
export class Trail {
  newestMs = 0;
  private fix: Fix | undefined;
  private doubted: Fix | undefined;
  private doubts = 0;
  private odometer: { at_ms: number; km: number } | undefined;
  private speed: { at_ms: number; kmh: number } | undefined;

  isJump(s: Sample): boolean {
    if (s.lat === undefined || s.lon === undefined || s.valid === false) return false;
    const here: Fix = { at_ms: s.at_ms, lat: s.lat, lon: s.lon };
    if (!this.fix || reachable(this.fix, here)) {
      if (!this.fix || here.at_ms >= this.fix.at_ms) this.fix = here;
      this.doubts = 0;
      return false;
    }
    this.doubts = this.doubted && reachable(this.doubted, here) ? this.doubts + 1 : 1;
    this.doubted = here;
    if (this.doubts < 3) return true;
    this.fix = here;
    this.doubts = 0;
    return false;
  }

  /** Only the first reading after a drop is marked; a replaced dashboard counts on from there. */
  odometerFell(s: Sample): boolean {
    if (s.odometer_km === undefined) return false;
    const known = this.odometer;
    if (known && s.at_ms < known.at_ms) return s.odometer_km > known.km + 0.1;
    this.odometer = { at_ms: s.at_ms, km: s.odometer_km };
    return known !== undefined && s.odometer_km < known.km - 0.1;
  }

  isSpeedSpike(s: Sample): boolean {
    if (s.speed_kmh === undefined) return false;
    const known = this.speed;
    if (!known || s.at_ms > known.at_ms) this.speed = { at_ms: s.at_ms, kmh: s.speed_kmh };
    if (!known || s.at_ms <= known.at_ms) return false;
    const seconds = (s.at_ms - known.at_ms) / 1000;
    // A spike is a rise; hard braking from a true speed must not be doubted.
    return seconds <= 30 && s.speed_kmh - known.kmh > Math.max(60, accelerationKmhPerS * seconds);
  }

  /** True when it is newer than everything this vehicle sent: then it cannot have been stored before. */
  advance(atMs: number): boolean {
    if (atMs <= this.newestMs) return false;
    this.newestMs = atMs;
    return true;
  }

  /** What the database remembers, for the first sample after a start. */
  recall(known: { at_ms: number; lat?: number; lon?: number; position_at_ms?: number; odometer_km?: number; speed_kmh?: number }): void {
    this.newestMs = Math.max(this.newestMs, known.at_ms);
    if (!this.fix && known.lat !== undefined && known.lon !== undefined) this.fix = { at_ms: known.position_at_ms ?? known.at_ms, lat: known.lat, lon: known.lon };
    if (!this.odometer && known.odometer_km !== undefined) this.odometer = { at_ms: known.at_ms, km: known.odometer_km };
    if (!this.speed && known.speed_kmh !== undefined) this.speed = { at_ms: known.at_ms, kmh: known.speed_kmh };
  }
}

function reachable(from: Fix, to: Fix): boolean {
  // A hundredth of a degree is about a kilometre: near points need no trigonometry.
  const near = Math.abs(from.lat - to.lat) < 0.002 && Math.abs(from.lon - to.lon) < 0.002;
  if (near) return true;
  const metres = distanceM(from.lat, from.lon, to.lat, to.lon);
  return metres <= jumpMinM || metres <= (Math.abs(to.at_ms - from.at_ms) / 3_600_000) * jumpKmh * 1000;
}
