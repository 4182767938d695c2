import { metresBetween, ringOf, type Spot } from '../../kit/map/ground';
import type { Schemas } from '../../api/client';

export type Shape = Schemas['ShapeBody'];

/** A geofence while somebody draws it: it may lack its centre, or have too few corners. */
export type Draft = { type: 'circle'; centre: Spot | undefined; radius_m: number } | { type: 'polygon'; vertices: Spot[] };

export const radiusMinM = 20;
export const radiusMaxM = 100_000;
export const verticesMax = 200;

const round = (spot: Spot): Spot => ({ lat: Math.round(spot.lat * 1e6) / 1e6, lon: Math.round(spot.lon * 1e6) / 1e6 });
const radius = (metres: number): number => Math.round(Math.min(radiusMaxM, Math.max(radiusMinM, metres)));

export const emptyDraft = (type: Shape['type']): Draft => (type === 'circle' ? { type, centre: undefined, radius_m: 200 } : { type, vertices: [] });

export function draftOf(shape: Shape): Draft {
  return shape.type === 'circle' ? { type: 'circle', centre: shape.centre, radius_m: shape.radius_m ?? radiusMinM } : { type: 'polygon', vertices: shape.vertices ?? [] };
}

/** What the server takes; undefined while something is missing. */
export function shapeOf(draft: Draft): Shape | undefined {
  if (draft.type === 'circle') return draft.centre && { type: 'circle', centre: draft.centre, radius_m: draft.radius_m };
  return draft.vertices.length >= 3 ? { type: 'polygon', vertices: draft.vertices } : undefined;
}

/** A press on the map: the centre of a circle, or one more corner. */
export function pressed(draft: Draft, spot: Spot): Draft {
  if (draft.type === 'circle') return { ...draft, centre: round(spot) };
  return draft.vertices.length >= verticesMax ? draft : { ...draft, vertices: [...draft.vertices, round(spot)] };
}

export const withCorner = (draft: Draft, index: number, spot: Spot): Draft => (draft.type === 'polygon' ? { ...draft, vertices: draft.vertices.map((old, i) => (i === index ? round(spot) : old)) } : draft);
export const withoutCorner = (draft: Draft, index: number): Draft => (draft.type === 'polygon' ? { ...draft, vertices: draft.vertices.filter((_, i) => i !== index) } : draft);

/** A new corner between one and the next. */
export const splitAfter = (draft: Draft, index: number, spot: Spot): Draft => (draft.type === 'polygon' ? { ...draft, vertices: draft.vertices.toSpliced(index + 1, 0, round(spot)) } : draft);

/** The circle reaches as far as this place. */
export const reaching = (draft: Draft, spot: Spot): Draft => (draft.type === 'circle' && draft.centre ? { ...draft, radius_m: radius(metresBetween(draft.centre, spot)) } : draft);

/** Its outline for the map; a polygon in the making is what it has. */
export function outlineOf(shape: Shape | Draft): Spot[] {
  if (shape.type === 'circle') return shape.centre ? ringOf(shape.centre, shape.radius_m ?? 0) : [];
  return shape.vertices ?? [];
}

const spotText = ({ lat, lon }: Spot): string => `${lat}, ${lon}`;

/** One line for people; also tells whether two shapes are the same. */
export const shapeText = (shape: Shape | Draft): string =>
  shape.type === 'circle' ? (shape.centre ? `${spotText(shape.centre)} · ${shape.radius_m} m` : '') : cornersText(shape.vertices ?? []);

export const cornersText = (vertices: readonly Spot[]): string => vertices.map(spotText).join('\n');

/** Corners as typed or pasted, one a line; undefined where a line is none. */
export function cornersIn(text: string): Spot[] | undefined {
  const lines = text.split(/[\n;]+/).map((line) => line.trim()).filter(Boolean);
  const spots = lines.map((line) => {
    const [lat = NaN, lon = NaN, ...more] = line.split(/[,\s]+/).map(Number);
    return more.length === 0 && Math.abs(lat) <= 89 && Math.abs(lon) <= 180 ? { lat, lon } : undefined;
  });
  return spots.length <= verticesMax && spots.every((spot) => spot !== undefined) ? spots : undefined;
}
