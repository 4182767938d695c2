import type { GeoJSONSource, Map as GlMap } from 'maplibre-gl';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MapView } from '../../kit/map/map-view';
import { addMarks } from '../../kit/map/marks';
import { linesOf, type Point } from './day';

export function TrackMap({ points, here }: { points: readonly Point[]; here: Point | undefined }): ReactNode {
  const { t } = useTranslation();
  const [map, setMap] = useState<GlMap | undefined>();
  const start = (made: GlMap): (() => void) => {
    addMarks(made);
    const empty = { type: 'FeatureCollection' as const, features: [] };
    made.addSource('track', { type: 'geojson', data: empty });
    made.addSource('here', { type: 'geojson', data: empty });
    made.addLayer({ id: 'track', type: 'line', source: 'track', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': '#0f6b74', 'line-width': 3, 'line-opacity': 0.85 } });
    made.addLayer({ id: 'here', type: 'symbol', source: 'here', layout: { 'icon-image': ['get', 'mark'], 'icon-rotate': ['get', 'heading'], 'icon-rotation-alignment': 'map', 'icon-allow-overlap': true } });
    setMap(made);
    return () => setMap(undefined);
  };
  useEffect(() => {
    const lines = linesOf(points);
    const [first, ...rest] = lines.flat();
    if (!map || !first) return;
    void (map.getSource('track') as GeoJSONSource).setData({ type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } });
    const box = rest.reduce<[number, number, number, number]>(([w, s, e, n], [lon, lat]) => [Math.min(w, lon), Math.min(s, lat), Math.max(e, lon), Math.max(n, lat)], [...first, ...first]);
    map.fitBounds(box, { padding: 40, maxZoom: 15, animate: false });
  }, [map, points]);
  useEffect(() => {
    if (!map || here?.lat == null || here.lon == null) return;
    const moving = (here.speed_kmh ?? 0) > 3;
    void (map.getSource('here') as GeoJSONSource).setData({
      type: 'Feature',
      properties: { mark: moving ? 'moving' : here.ignition ? 'idle' : 'stopped', heading: moving ? (here.heading_deg ?? 0) : 0 },
      geometry: { type: 'Point', coordinates: [here.lon, here.lat] },
    });
  }, [map, here]);
  return <MapView label={t('telemetry:track.map')} center={[36.82, -1.28]} zoom={10} onMap={start} />;
}
