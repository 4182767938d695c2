import type { GeoJSONSource, Map as GlMap } from 'maplibre-gl';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { boxOf, moved, type Spot } from '../../kit/map/ground';
import { MapView } from '../../kit/map/map-view';
import { outlineOf, pressed, reaching, splitAfter, withCorner, withoutCorner, type Draft } from './fence-draft';
import { useHandles, type Handle } from './fence-handles';
import type { Fence } from './words';

interface FenceMapProps {
  fences: readonly Fence[];
  chosen: Fence | undefined;
  onChoose: (id: string) => void;
  /** While somebody draws: what they have drawn so far. */
  draft: Draft | undefined;
  /** A drawing that begins; a press adds a corner at its end. */
  fresh: boolean;
  onDraft: (draft: Draft) => void;
}

const closed = (spots: readonly Spot[]): [number, number][] => {
  const ring = spots.map(({ lat, lon }): [number, number] => [lon, lat]);
  return ring[0] ? [...ring, ring[0]] : [];
};
const polygonsOf = (fences: readonly Fence[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: fences.map((fence) => ({ type: 'Feature', properties: { id: fence.id, name: fence.name }, geometry: { type: 'Polygon', coordinates: [closed(outlineOf(fence.shape))] } })),
});

function addLayers(map: GlMap): void {
  const empty = polygonsOf([]);
  map.addSource('fences', { type: 'geojson', data: empty });
  map.addSource('draft', { type: 'geojson', data: empty });
  map.addLayer({ id: 'fence', type: 'fill', source: 'fences', paint: { 'fill-color': '#2166b5', 'fill-opacity': 0.14 } });
  map.addLayer({ id: 'fence-line', type: 'line', source: 'fences', paint: { 'line-color': '#2166b5', 'line-width': 2 } });
  map.addLayer({ id: 'fence-chosen', type: 'line', source: 'fences', filter: ['==', ['get', 'id'], ''], paint: { 'line-color': '#b27d00', 'line-width': 4 } });
  map.addLayer({ id: 'fence-name', type: 'symbol', source: 'fences', layout: { 'text-field': ['get', 'name'], 'text-font': ['sans-serif'], 'text-size': 12 }, paint: { 'text-color': '#0b3a73', 'text-halo-color': '#fff', 'text-halo-width': 1.5 } });
  map.addLayer({ id: 'draft', type: 'fill', source: 'draft', paint: { 'fill-color': '#0f6b74', 'fill-opacity': 0.2 } });
  map.addLayer({ id: 'draft-line', type: 'line', source: 'draft', paint: { 'line-color': '#0f6b74', 'line-width': 3, 'line-dasharray': [2, 1] } });
}

export function FenceMap(props: FenceMapProps): ReactNode {
  const { fences, chosen, draft } = props;
  const { t } = useTranslation();
  const [map, setMap] = useState<GlMap | undefined>();
  const newest = useRef(props);
  newest.current = props;
  const start = (made: GlMap): (() => void) => {
    addLayers(made);
    made.on('click', (event) => {
      const now = newest.current;
      const spot = { lat: event.lngLat.lat, lon: event.lngLat.lng };
      // A press on a finished shape would surprise: its corners have handles.
      if (now.draft) return void ((now.fresh || outlineOf(now.draft).length === 0) && now.onDraft(pressed(now.draft, spot)));
      const hit = made.queryRenderedFeatures(event.point, { layers: ['fence'] })[0];
      if (hit) now.onChoose(String(hit.properties['id']));
    });
    setMap(made);
    return () => setMap(undefined);
  };
  useFitting(map, fences, chosen);
  useEffect(() => {
    if (!map) return;
    const edited = draft && !newest.current.fresh ? chosen?.id : undefined;
    void (map.getSource('fences') as GeoJSONSource | undefined)?.setData(polygonsOf(fences.filter((fence) => fence.id !== edited)));
    map.setFilter('fence-chosen', ['==', ['get', 'id'], chosen?.id ?? '']);
  }, [map, fences, chosen, draft === undefined]);
  useEffect(() => {
    if (!map) return;
    const outline = draft ? outlineOf(draft) : [];
    const geometry: GeoJSON.Geometry = outline.length >= 3 ? { type: 'Polygon', coordinates: [closed(outline)] } : { type: 'LineString', coordinates: outline.length === 2 ? closed(outline).slice(0, 2) : [] };
    void (map.getSource('draft') as GeoJSONSource | undefined)?.setData({ type: 'FeatureCollection', features: outline.length >= 2 ? [{ type: 'Feature', properties: {}, geometry }] : [] });
    map.getCanvas().style.cursor = draft ? 'crosshair' : '';
  }, [map, draft]);
  const { onDraft } = props;
  const handles = useMemo(() => (draft ? handlesOf(draft, onDraft, (key, n) => t(`telemetry:fences.handle.${key}`, { n })) : []), [draft, onDraft, t]);
  useHandles(map, handles);
  return <MapView label={t('telemetry:fences.map')} onMap={start} />;
}

/** Shows all of them first, then the one that is chosen. */
function useFitting(map: GlMap | undefined, fences: readonly Fence[], chosen: Fence | undefined): void {
  const fitted = useRef(false);
  useEffect(() => {
    const places = (chosen ? [chosen] : fitted.current ? [] : fences).flatMap((fence) => outlineOf(fence.shape));
    const box = boxOf(places);
    if (!map || !box) return;
    fitted.current = true;
    map.fitBounds(box, { padding: 60, maxZoom: 16, animate: false });
  }, [map, chosen?.id, fences.length > 0]);
}

const middle = (a: Spot, b: Spot): Spot => ({ lat: (a.lat + b.lat) / 2, lon: (a.lon + b.lon) / 2 });
/** Beyond so many, handles between corners would hide the corners. */
const splitsMax = 40;

function handlesOf(draft: Draft, onDraft: (draft: Draft) => void, say: (key: string, n?: number) => string): Handle[] {
  if (draft.type === 'circle') {
    if (!draft.centre) return [];
    return [
      { id: 'centre', ...draft.centre, label: say('centre'), onMove: (to) => onDraft(pressed(draft, to)) },
      { id: 'edge', ...moved(draft.centre, draft.radius_m, 0), label: say('edge'), onMove: (to) => onDraft(reaching(draft, to)) },
    ];
  }
  const { vertices } = draft;
  const corners = vertices.map((spot, i): Handle => ({ id: `corner ${i}`, ...spot, label: say('corner', i + 1), onMove: (to) => onDraft(withCorner(draft, i, to)), onRemove: () => onDraft(withoutCorner(draft, i)) }));
  if (vertices.length < 3 || vertices.length > splitsMax) return corners;
  const splits = vertices.map((spot, i): Handle => ({ id: `split ${i} of ${vertices.length}`, ...middle(spot, vertices[(i + 1) % vertices.length] ?? spot), faint: true, label: say('split', i + 1), onMove: (to) => onDraft(splitAfter(draft, i, to)) }));
  return [...corners, ...splits];
}
