import type { GeoJSONSource, Map as GlMap } from 'maplibre-gl';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { boxOf, type Spot } from '../../kit/map/ground';
import { MapView } from '../../kit/map/map-view';
import { addMarks, type MarkName } from '../../kit/map/marks';

export interface MapMark extends Spot {
  id: string;
  mark: MarkName;
  heading?: number;
}

interface TrackMapProps {
  label: string;
  lines: readonly (readonly [number, number][])[];
  /** What happened on the way. */
  marks: readonly MapMark[];
  /** Where the vehicle is in the replay. */
  here?: MapMark | undefined;
  /** Moves the map there when it changes. */
  look?: MapMark | undefined;
  onMark?: (id: string) => void;
}

const featuresOf = (marks: readonly MapMark[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: marks.map(({ id, mark, heading = 0, lat, lon }) => ({ type: 'Feature', properties: { id, mark, heading }, geometry: { type: 'Point', coordinates: [lon, lat] } })),
});

const setData = (map: GlMap, source: string, data: GeoJSON.GeoJSON): void => void (map.getSource(source) as GeoJSONSource | undefined)?.setData(data);

/** The way of a vehicle and what happened on it. */
export function TrackMap({ label, lines, marks, here, look, onMark }: TrackMapProps): ReactNode {
  const [map, setMap] = useState<GlMap | undefined>();
  const choose = useRef(onMark);
  choose.current = onMark;
  const start = (made: GlMap): (() => void) => {
    addMarks(made);
    const empty = featuresOf([]);
    for (const source of ['track', 'marks', 'here']) made.addSource(source, { type: 'geojson', data: empty });
    made.addLayer({ id: 'track', type: 'line', source: 'track', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': '#0f6b74', 'line-width': 3, 'line-opacity': 0.85 } });
    const layout = { 'icon-image': ['get', 'mark'], 'icon-rotate': ['get', 'heading'], 'icon-rotation-alignment': 'map', 'icon-allow-overlap': true } as const;
    made.addLayer({ id: 'marks', type: 'symbol', source: 'marks', layout: { ...layout } as never });
    made.addLayer({ id: 'here', type: 'symbol', source: 'here', layout: { ...layout } as never });
    made.on('click', 'marks', (event) => choose.current?.(String(event.features?.[0]?.properties['id'])));
    made.on('mouseenter', 'marks', () => (made.getCanvas().style.cursor = choose.current ? 'pointer' : ''));
    made.on('mouseleave', 'marks', () => (made.getCanvas().style.cursor = ''));
    setMap(made);
    return () => setMap(undefined);
  };
  useEffect(() => {
    if (!map) return;
    setData(map, 'track', { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines as [number, number][][] } });
    const box = boxOf(lines.flat().map(([lon, lat]) => ({ lat, lon })));
    if (box) map.fitBounds(box, { padding: 40, maxZoom: 15, animate: false });
  }, [map, lines]);
  useEffect(() => {
    if (map) setData(map, 'marks', featuresOf(marks));
  }, [map, marks]);
  useEffect(() => {
    if (map) setData(map, 'here', featuresOf(here ? [here] : []));
  }, [map, here]);
  useEffect(() => {
    if (map && look) map.easeTo({ center: [look.lon, look.lat], zoom: Math.max(map.getZoom(), 15) });
  }, [map, look]);
  const first = lines[0]?.[0] ?? (marks[0] && ([marks[0].lon, marks[0].lat] as [number, number]));
  return <MapView label={label} {...(first ? { center: first } : {})} zoom={first ? 13 : 2} onMap={start} />;
}
