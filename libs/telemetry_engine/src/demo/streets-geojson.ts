import { limitKmh, type StreetMap } from './streets';

interface Feature {
  type: 'Feature';
  properties: Record<string, string | number>;
  geometry: { type: 'LineString'; coordinates: [number, number][] } | { type: 'Point'; coordinates: [number, number] };
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

/** For a map that has nothing else to draw: the streets by class, fuel stations and yards. RFC 7946. */
export function streetsGeoJson(map: StreetMap): { type: 'FeatureCollection'; features: Feature[] } {
  const at = (id: number): [number, number] => [round(map.nodes[id]?.lon ?? 0), round(map.nodes[id]?.lat ?? 0)];
  const streets = map.streets.map((s): Feature => ({
    type: 'Feature',
    properties: { kind: 'street', class: s.class, limit_kmh: limitKmh[s.class] },
    geometry: { type: 'LineString', coordinates: [at(s.a), at(s.b)] },
  }));
  const point = (kind: string, id: number, name: string): Feature => ({ type: 'Feature', properties: { kind, name }, geometry: { type: 'Point', coordinates: at(id) } });
  return {
    type: 'FeatureCollection',
    features: [...streets, ...map.fuel.map((id, i) => point('fuel', id, `Demo fuel station ${i + 1}`)), ...map.yards.map((id, i) => point('yard', id, map.city.yards[i]?.name ?? ''))],
  };
}
