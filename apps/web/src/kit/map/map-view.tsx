import 'maplibre-gl/dist/maplibre-gl.css';
import { useComputedColorScheme } from '@mantine/core';
import { Map as GlMap, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '../states';
import { baseStyle } from './base-style';

setWorkerUrl(workerUrl);

declare global {
  interface Window {
    /** For tests: the map that is shown, once it has drawn. */
    mapReady?: GlMap | undefined;
  }
}

interface MapViewProps {
  label: string;
  center?: [number, number];
  zoom?: number;
  /** Adds sources and layers; called again for a map drawn anew, as when light turns dark. */
  onMap: (map: GlMap) => void | (() => void);
}

/** A map that exists once its style is there. What it shows is up to `onMap`. */
export function MapView({ label, center = [20, 5], zoom = 2, onMap }: MapViewProps): ReactNode {
  const { t } = useTranslation();
  const dark = useComputedColorScheme() === 'dark';
  const box = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const [broken, setBroken] = useState(false);
  const start = useRef({ center, zoom, onMap });
  start.current.onMap = onMap;
  useEffect(() => {
    let map: GlMap | undefined;
    let clear: void | (() => void);
    let gone = false;
    setReady(false);
    void baseStyle(dark)
      .then((style) => {
        if (gone || !box.current) return;
        map = new GlMap({ container: box.current, style, center: start.current.center, zoom: start.current.zoom, attributionControl: { compact: true }, pitchWithRotate: false, dragRotate: false });
        map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
        map.addControl(new ScaleControl(), 'bottom-left');
        map.on('moveend', () => {
          if (map) start.current = { ...start.current, center: map.getCenter().toArray(), zoom: map.getZoom() };
        });
        // Not `load`: that waits for every street, and vehicles need none of them.
        map.once('style.load', () => {
          if (!map || gone) return;
          clear = start.current.onMap(map);
          setReady(true);
          window.mapReady = map;
        });
      })
      .catch(() => setBroken(true));
    return () => {
      gone = true;
      if (clear) clear();
      window.mapReady = undefined;
      map?.remove();
    };
  }, [dark]);
  return (
    <div className="map" role="region" aria-label={label}>
      <div ref={box} style={{ position: 'absolute', inset: 0 }} />
      {broken ? <p className="mapNote">{t('kit:map_broken')}</p> : !ready && <Waiting />}
    </div>
  );
}
