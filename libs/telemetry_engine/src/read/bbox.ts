import { invalid } from '@fleet/platform/http';

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** "west,south,east,north" in degrees, as in GeoJSON. West greater than east crosses the date line. */
export function boxOf(text: string | undefined): Box | undefined {
  if (text === undefined) return undefined;
  const [west = NaN, south = NaN, east = NaN, north = NaN, ...rest] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const fits = rest.length === 0 && Math.abs(west) <= 180 && Math.abs(east) <= 180 && Math.abs(south) <= 90 && Math.abs(north) <= 90 && south <= north;
  if (!fits) throw invalid('BAD_BBOX', 'bbox is west,south,east,north in degrees.', { errors: [{ field: 'bbox', code: 'format', detail: 'bbox is west,south,east,north in degrees' }] });
  return { west, south, east, north };
}

export function inBox(box: Box, lat: number | null, lon: number | null): boolean {
  if (lat === null || lon === null || lat < box.south || lat > box.north) return false;
  return box.west <= box.east ? lon >= box.west && lon <= box.east : lon >= box.west || lon <= box.east;
}
