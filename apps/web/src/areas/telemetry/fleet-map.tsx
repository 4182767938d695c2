import type { GeoJSONSource, Map as GlMap, MapLayerMouseEvent } from 'maplibre-gl';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { boxOf, widened, within, type Box } from '../../kit/map/ground';
import { MapView } from '../../kit/map/map-view';
import { addMarks } from '../../kit/map/marks';
import { onMap, type Tracked } from './fleet-store';

interface FleetMapProps {
  fleet: readonly Tracked[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
  /** Told at once and after each move; a reader who does not need it is not drawn anew for it. */
  onBounds: ((bounds: Box) => void) | undefined;
}

const clusterMaxZoom = 12;
const boundsOf = (map: GlMap): Box => map.getBounds().toArray().flat() as Box;

function features(fleet: readonly Tracked[]): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: fleet.filter(onMap).map((v) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [v.lon, v.lat] },
      properties: { id: v.vehicle_id, plate: v.plate, state: v.state, heading: v.state === 'moving' ? (v.heading_deg ?? 0) : 0 },
    })),
  };
}

/** The whole fleet; where many stand close they are one circle with their number. */
export function FleetMap({ fleet, chosen, onChoose, onBounds }: FleetMapProps): ReactNode {
  const { t } = useTranslation();
  const [map, setMap] = useState<GlMap | undefined>();
  const fitted = useRef(false);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const start = (made: GlMap): (() => void) => {
    addMarks(made);
    addLayers(made);
    made.on('click', 'vehicle', (event: MapLayerMouseEvent) => choose.current(String(event.features?.[0]?.properties['id'])));
    made.on('click', 'cluster', (event: MapLayerMouseEvent) => void openCluster(made, event));
    for (const layer of ['vehicle', 'cluster']) {
      made.on('mouseenter', layer, () => (made.getCanvas().style.cursor = 'pointer'));
      made.on('mouseleave', layer, () => (made.getCanvas().style.cursor = ''));
    }
    setMap(made);
    return () => setMap(undefined);
  };
  useEffect(() => {
    if (!map || !onBounds) return;
    const tell = (): void => onBounds(boundsOf(map));
    map.on('moveend', tell);
    tell();
    return () => void map.off('moveend', tell);
  }, [map, onBounds]);
  const near = useNear(map);
  useEffect(() => {
    if (!map) return;
    void (map.getSource('fleet') as GeoJSONSource | undefined)?.setData(features(near ? fleet.filter((v) => onMap(v) && within(near, v)) : fleet));
  }, [map, fleet, near]);
  useEffect(() => {
    if (!map) return;
    const box = fitted.current ? undefined : boxOf(fleet.filter(onMap));
    if (!box) return;
    fitted.current = true;
    map.fitBounds(box, { padding: 60, maxZoom: 14, animate: false });
  }, [map, fleet]);
  const target = fleet.find((v) => v.vehicle_id === chosen);
  const [lon, lat] = [target?.lon, target?.lat];
  useEffect(() => {
    if (!map) return;
    map.setFilter('chosen', ['==', ['get', 'id'], chosen ?? '']);
    void (map.getSource('chosen') as GeoJSONSource | undefined)?.setData({ type: 'FeatureCollection', features: target ? features([target]).features : [] });
  }, [map, chosen, target]);
  useEffect(() => {
    if (map && lon != null && lat != null) map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 14) });
    // Only a new choice moves the map: one that drives must not drag it along while somebody looks around.
  }, [map, chosen]);
  return <MapView label={t('telemetry:map.label')} onMap={start} />;
}

/** Where each vehicle is drawn for itself, those in view and half a screen around: the map need not hear each second of thousands it does not show. */
function useNear(map: GlMap | undefined): Box | undefined {
  const [near, setNear] = useState<Box | undefined>();
  useEffect(() => {
    if (!map) return;
    const look = (): void => {
      const view = boundsOf(map);
      setNear((before) => {
        if (map.getZoom() <= clusterMaxZoom + 1) return undefined;
        const isInside = before && within(before, { lon: view[0], lat: view[1] }) && within(before, { lon: view[2], lat: view[3] });
        // After a way in, half a screen around is again half of the new screen.
        return isInside && before[2] - before[0] < 4 * (view[2] - view[0]) ? before : widened(view);
      });
    };
    map.on('move', look);
    look();
    return () => void map.off('move', look);
  }, [map]);
  return near;
}

async function openCluster(map: GlMap, event: MapLayerMouseEvent): Promise<void> {
  const cluster = event.features?.[0];
  if (!cluster || cluster.geometry.type !== 'Point') return;
  const zoom = await (map.getSource('fleet') as GeoJSONSource).getClusterExpansionZoom(Number(cluster.properties['cluster_id']));
  map.easeTo({ center: cluster.geometry.coordinates as [number, number], zoom });
}

function addLayers(map: GlMap): void {
  const empty = { type: 'FeatureCollection' as const, features: [] };
  map.addSource('fleet', { type: 'geojson', data: empty, cluster: true, clusterMaxZoom, clusterRadius: 46 });
  map.addSource('chosen', { type: 'geojson', data: empty });
  map.addLayer({ id: 'chosen', type: 'circle', source: 'chosen', paint: { 'circle-radius': 19, 'circle-color': 'rgba(15,107,116,0.2)', 'circle-stroke-color': '#0f6b74', 'circle-stroke-width': 2 } });
  map.addLayer({
    id: 'cluster',
    type: 'circle',
    source: 'fleet',
    filter: ['has', 'point_count'],
    paint: { 'circle-color': '#0f6b74', 'circle-opacity': 0.9, 'circle-radius': ['step', ['get', 'point_count'], 15, 20, 19, 200, 25, 1000, 31], 'circle-stroke-color': '#fff', 'circle-stroke-width': 2 },
  });
  map.addLayer({ id: 'cluster-count', type: 'symbol', source: 'fleet', filter: ['has', 'point_count'], layout: { 'text-field': ['get', 'point_count_abbreviated'], 'text-font': ['sans-serif'], 'text-size': 12, 'text-allow-overlap': true }, paint: { 'text-color': '#fff' } });
  map.addLayer({
    id: 'vehicle',
    type: 'symbol',
    source: 'fleet',
    filter: ['!', ['has', 'point_count']],
    layout: {
      'icon-image': ['get', 'state'],
      'icon-rotate': ['get', 'heading'],
      'icon-rotation-alignment': 'map',
      'icon-allow-overlap': true,
      'text-field': ['step', ['zoom'], '', 13, ['get', 'plate']],
      'text-font': ['sans-serif'],
      'text-size': 11,
      'text-offset': [0, 1.5],
      'text-optional': true,
    },
    paint: { 'text-color': '#1b2430', 'text-halo-color': '#fff', 'text-halo-width': 1.5 },
  });
}
