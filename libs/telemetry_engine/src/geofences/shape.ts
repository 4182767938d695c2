import { flatDistanceM } from '../trips/step';
import type { Place } from '../trips/point';

export type Shape = { type: 'circle'; centre: Place; radius_m: number } | { type: 'polygon'; vertices: Place[] };

/** A geofence as the rules look at it. */
export interface Fence {
  id: string;
  name: string;
  park_id: string | null;
  shape: Shape;
  dwell_ms: number | undefined;
}

export interface Bounds {
  south: number;
  west: number;
  north: number;
  east: number;
}

const metresPerDegree = 111_195.08;

export function boundsOf(shape: Shape): Bounds {
  if (shape.type === 'circle') {
    const lat = shape.radius_m / metresPerDegree;
    const lon = lat / Math.max(0.01, Math.cos((shape.centre.lat * Math.PI) / 180));
    return { south: shape.centre.lat - lat, north: shape.centre.lat + lat, west: shape.centre.lon - lon, east: shape.centre.lon + lon };
  }
  const lats = shape.vertices.map((v) => v.lat);
  const lons = shape.vertices.map((v) => v.lon);
  return { south: Math.min(...lats), north: Math.max(...lats), west: Math.min(...lons), east: Math.max(...lons) };
}

/** How far outside in metres; 0 or less means inside. */
export function outsideM(shape: Shape, place: Place): number {
  if (shape.type === 'circle') return flatDistanceM(shape.centre, place) - shape.radius_m;
  return isInside(shape.vertices, place) ? 0 : edgeDistanceM(shape.vertices, place);
}

/** Counts how often a ray to the east crosses the outline. */
function isInside(vertices: readonly Place[], { lat, lon }: Place): boolean {
  let inside = false;
  for (let i = 0, j = vertices.length - 1; i < vertices.length; j = i, i += 1) {
    const a = vertices[i] as Place;
    const b = vertices[j] as Place;
    if (a.lat > lat !== b.lat > lat && lon < ((b.lon - a.lon) * (lat - a.lat)) / (b.lat - a.lat) + a.lon) inside = !inside;
  }
  return inside;
}

function edgeDistanceM(vertices: readonly Place[], place: Place): number {
  const scale = Math.cos((place.lat * Math.PI) / 180);
  let nearest = Infinity;
  for (let i = 0, j = vertices.length - 1; i < vertices.length; j = i, i += 1) {
    const a = vertices[i] as Place;
    const b = vertices[j] as Place;
    const [ax, ay] = [(a.lon - place.lon) * scale, a.lat - place.lat];
    const [dx, dy] = [(b.lon - a.lon) * scale, b.lat - a.lat];
    const length2 = dx * dx + dy * dy;
    const along = length2 === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length2));
    nearest = Math.min(nearest, Math.hypot(ax + along * dx, ay + along * dy));
  }
  return nearest * metresPerDegree;
}

/** Why a polygon cannot be one; undefined when it can. */
export function polygonFault(vertices: readonly Place[]): string | undefined {
  if (new Set(vertices.map((v) => `${v.lat} ${v.lon}`)).size !== vertices.length) return 'A corner is named twice.';
  const { west, east } = boundsOf({ type: 'polygon', vertices: [...vertices] });
  if (east - west > 180) return 'It must not cross the date line.';
  for (let i = 0; i < vertices.length; i += 1) {
    for (let j = i + 2; j < vertices.length; j += 1) {
      if (i === 0 && j === vertices.length - 1) continue;
      if (cross(vertices[i] as Place, vertices[i + 1] as Place, vertices[j] as Place, vertices[(j + 1) % vertices.length] as Place)) return 'Its outline crosses itself.';
    }
  }
  return undefined;
}

function cross(a: Place, b: Place, c: Place, d: Place): boolean {
  const side = (p: Place, q: Place, r: Place): number => Math.sign((q.lon - p.lon) * (r.lat - p.lat) - (q.lat - p.lat) * (r.lon - p.lon));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}
