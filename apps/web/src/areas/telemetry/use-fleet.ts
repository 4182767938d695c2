import { useEffect, useState, useSyncExternalStore } from 'react';
import { openStream } from '../../api/client';
import { EventReader } from '../../api/events';
import { everyPage } from './all-pages';
import { FleetStore, type Tracked } from './fleet-store';
import type { Position } from './words';

const pauseMs = 2000;
const longPauseMs = 30_000;

async function readNames(store: FleetStore, signal: AbortSignal): Promise<void> {
  for await (const vehicles of everyPage('/api/v1/transport_registry', { query: { fields: 'id,plate,name,park_id' } }, signal)) store.name(vehicles);
}

/** Follows the live stream until told to stop; after a break it goes on with a fresh one, which begins with everything. */
async function follow(store: FleetStore, signal: AbortSignal, onLive: (live: boolean) => void): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const response = await openStream('/api/v1/telemetry/live', signal);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventReader();
      for (;;) {
        const piece = await reader?.read();
        if (!piece || piece.done) break;
        onLive(true);
        failures = 0;
        for (const event of events.push(piece.value)) if (event.name === 'positions') store.take(JSON.parse(event.data) as Position[]);
      }
    } catch {
      failures += 1;
    }
    if (signal.aborted) return;
    onLive(false);
    await new Promise((resolve) => setTimeout(resolve, Math.min(longPauseMs, pauseMs * (failures + 1))));
  }
}

export function useFleet(): { fleet: readonly Tracked[]; live: boolean } {
  const [store] = useState(() => new FleetStore());
  const [live, setLive] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    void follow(store, stop.signal, setLive);
    void readNames(store, stop.signal).catch(() => undefined);
    return () => stop.abort();
  }, [store]);
  return { fleet: useSyncExternalStore(store.subscribe, store.all), live };
}
