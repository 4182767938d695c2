import { Marker, type Map as GlMap } from 'maplibre-gl';
import { useEffect, useRef } from 'react';
import type { Spot } from '../../kit/map/ground';
import classes from './fences.module.css';

export interface Handle extends Spot {
  id: string;
  label: string;
  /** A place where a corner can be made, rather than one that is there. */
  faint?: boolean;
  onMove: (to: Spot) => void;
  onRemove?: () => void;
}

const stepPx = 8;
const arrows: Record<string, [number, number]> = { ArrowLeft: [-stepPx, 0], ArrowRight: [stepPx, 0], ArrowUp: [0, -stepPx], ArrowDown: [0, stepPx] };

interface Held {
  marker: Marker;
  dragging: boolean;
}

/** Points of a drawing that are dragged by mouse or finger, or moved by the arrow keys; Delete takes one away. */
export function useHandles(map: GlMap | undefined, handles: readonly Handle[]): void {
  const held = useRef(new Map<string, Held>());
  const newest = useRef(new Map<string, Handle>());
  newest.current = new Map(handles.map((handle) => [handle.id, handle]));
  useEffect(() => {
    if (!map) return;
    const wanted = newest.current;
    for (const [id, { marker, dragging }] of held.current) {
      if (wanted.has(id) || dragging) continue;
      marker.remove();
      held.current.delete(id);
    }
    for (const handle of wanted.values()) {
      const known = held.current.get(handle.id) ?? made(map, handle, newest, held.current);
      known.marker.getElement().setAttribute('aria-label', handle.label);
      if (!known.dragging) known.marker.setLngLat([handle.lon, handle.lat]);
    }
  }, [map, handles]);
  useEffect(() => {
    const markers = held.current;
    return () => {
      for (const { marker } of markers.values()) marker.remove();
      markers.clear();
    };
  }, [map]);
}

function made(map: GlMap, { id, lat, lon, faint }: Handle, newest: { current: Map<string, Handle> }, all: Map<string, Held>): Held {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = `${classes.handle ?? ''} ${faint ? (classes.faint ?? '') : ''}`;
  const marker = new Marker({ element, draggable: true }).setLngLat([lon, lat]).addTo(map);
  const held: Held = { marker, dragging: false };
  const place = (): Spot => {
    const at = marker.getLngLat();
    return { lat: at.lat, lon: at.lng };
  };
  marker.on('dragstart', () => (held.dragging = true));
  // A faint one becomes a corner only when it is let go: until then it would split again with each move.
  if (!faint) marker.on('drag', () => newest.current.get(id)?.onMove(place()));
  marker.on('dragend', () => {
    held.dragging = false;
    newest.current.get(id)?.onMove(place());
  });
  element.addEventListener('click', (event) => {
    event.stopPropagation();
    if (faint) newest.current.get(id)?.onMove(place());
  });
  element.addEventListener('keydown', (event) => {
    const step = arrows[event.key];
    if (step) {
      const { x, y } = map.project(marker.getLngLat());
      const to = map.unproject([x + step[0], y + step[1]]);
      newest.current.get(id)?.onMove({ lat: to.lat, lon: to.lng });
    } else if (event.key === 'Delete' || event.key === 'Backspace') newest.current.get(id)?.onRemove?.();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  all.set(id, held);
  return held;
}
