import { layStreets, nairobi, streetsGeoJson } from '@fleet/telemetry_engine/play';

/** The streets the demo drives on, as GeoJSON. */
export function printStreets(): void {
  process.stdout.write(`${JSON.stringify(streetsGeoJson(layStreets(nairobi)))}\n`);
}
