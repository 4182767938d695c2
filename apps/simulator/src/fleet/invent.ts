import { Dice } from '@fleet/platform/random';
import type { PlayedDevice, PlayedFleet, WayToTalk } from '@fleet/telemetry_engine/play';

/** Fifteen digits, as an IMEI has: 35999, the seed, and the number. */
export const inventedId = (seed: number, n: number): string => `35999${String(seed % 1000).padStart(3, '0')}${String(n).padStart(7, '0')}`;

/** A fleet of any size. The same seed invents the same one; passwords are given when it is registered. */
export function inventFleet(seed: number, vehicles: number, ways: readonly WayToTalk[]): PlayedFleet {
  const dice = new Dice(seed);
  const devices = Array.from({ length: vehicles }, (_, n): PlayedDevice => {
    const body = dice.pick(['car', 'car', 'car', 'van', 'truck'] as const);
    return { device_id: inventedId(seed, n), way: ways[n % ways.length] as WayToTalk, part: 'works', body, tank_l: { car: 45, van: 70, truck: 110 }[body], odometer_km: dice.between(5_000, 240_000), yard: n % 2 };
  });
  return { id: `invented-${seed}-${vehicles}`, seed, devices };
}
