/** Small geometry on the round earth, as far as a map in a browser needs it. */
export interface Spot {
  lat: number;
  lon: number;
}

export type Box = [west: number, south: number, east: number, north: number];

const metresPerDegree = 111_195.08;
const shrink = (lat: number): number => Math.max(0.01, Math.cos((lat * Math.PI) / 180));

export function boxOf(places: readonly Spot[]): Box | undefined {
  if (places.length === 0) return undefined;
  return places.reduce<Box>(([w, s, e, n], { lat, lon }) => [Math.min(w, lon), Math.min(s, lat), Math.max(e, lon), Math.max(n, lat)], [Infinity, Infinity, -Infinity, -Infinity]);
}

export const within = ([west, south, east, north]: Box, { lat, lon }: Spot): boolean => lon >= west && lon <= east && lat >= south && lat <= north;

/** The box and half of it again on each side. */
export function widened([west, south, east, north]: Box): Box {
  const [x, y] = [(east - west) / 2, (north - south) / 2];
  return [west - x, south - y, east + x, north + y];
}

/** On a flat map, which is right to a metre over a city. */
export function metresBetween(a: Spot, b: Spot): number {
  return Math.hypot((b.lon - a.lon) * shrink((a.lat + b.lat) / 2), b.lat - a.lat) * metresPerDegree;
}

/** So many metres east and north of a place. */
export const moved = ({ lat, lon }: Spot, eastM: number, northM: number): Spot => ({ lat: lat + northM / metresPerDegree, lon: lon + eastM / metresPerDegree / shrink(lat) });

/** A circle as a polygon, for maps know no circles in metres. */
export function ringOf(centre: Spot, radiusM: number, corners = 64): Spot[] {
  return Array.from({ length: corners }, (_, i) => {
    const turn = (2 * Math.PI * i) / corners;
    return moved(centre, radiusM * Math.sin(turn), radiusM * Math.cos(turn));
  });
}
