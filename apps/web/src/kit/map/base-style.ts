import type { StyleSpecification } from 'maplibre-gl';
import atlasUrl from 'world-atlas/countries-50m.json?url';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

interface Settings {
  map_style_url: string | null;
  streets_url: string | null;
}

const paints = {
  light: { sea: '#dfe8ee', land: '#eceeec', border: '#b9c1ca', street: '#ffffff', casing: '#c6cdd5', main: '#fdefc9', words: '#5a6472', halo: '#ffffff' },
  dark: { sea: '#0e1318', land: '#1a1f26', border: '#39434f', street: '#333d49', casing: '#11161b', main: '#45505d', words: '#9aa5b3', halo: '#13171c' },
};

let settings: Promise<Settings> | undefined;
const readSettings = (): Promise<Settings> => (settings ??= fetch('/web-settings.json').then((r) => r.json() as Promise<Settings>).catch(() => ({ map_style_url: null, streets_url: null })));

async function countries(): Promise<GeoJSON.GeoJSON> {
  const atlas = (await (await fetch(atlasUrl)).json()) as Topology<{ countries: GeometryCollection }>;
  return feature(atlas, atlas.objects.countries);
}

/** The operator's own style where one is set; else what comes with the app and needs no internet. */
export async function baseStyle(dark: boolean): Promise<StyleSpecification | string> {
  const { map_style_url, streets_url } = await readSettings();
  if (map_style_url) return map_style_url;
  const paint = dark ? paints.dark : paints.light;
  const streets = streets_url
    ? ([
        { id: 'street-casing', type: 'line', source: 'streets', filter: ['==', ['get', 'kind'], 'street'], layout: { 'line-cap': 'round' }, paint: { 'line-color': paint.casing, 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 9, 0.5, 12, 2.2, 16, 13] } },
        { id: 'street', type: 'line', source: 'streets', filter: ['==', ['get', 'kind'], 'street'], layout: { 'line-cap': 'round' }, paint: { 'line-color': ['match', ['get', 'class'], 'local', paint.street, paint.main], 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 9, 0.2, 12, 1.4, 16, 10] } },
      ] as StyleSpecification['layers'])
    : [];
  return {
    version: 8,
    sources: {
      countries: { type: 'geojson', data: await countries(), attribution: 'Natural Earth' },
      ...(streets_url ? { streets: { type: 'geojson' as const, data: streets_url } } : {}),
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': paint.sea } },
      { id: 'land', type: 'fill', source: 'countries', paint: { 'fill-color': paint.land } },
      { id: 'border', type: 'line', source: 'countries', paint: { 'line-color': paint.border, 'line-width': 0.8 } },
      { id: 'country', type: 'symbol', source: 'countries', maxzoom: 7, layout: { 'text-field': ['get', 'name'], 'text-font': ['sans-serif'], 'text-size': 11 }, paint: { 'text-color': paint.words, 'text-halo-color': paint.halo, 'text-halo-width': 1.2 } },
      ...streets,
    ],
  };
}
