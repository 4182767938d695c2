import type { Motion, Position } from './words';

interface Named {
  plate: string;
  name: string;
  park_id: string | null;
}

/** What the map knows of one vehicle: where it was, and who it is. */
export type Tracked = Position & Named;

export const onMap = (v: Tracked): v is Tracked & { lat: number; lon: number } => v.lat !== null && v.lon !== null;

const unknown: Named = { plate: '…', name: '', park_id: null };
const byPlate = new Intl.Collator();

/** However many pieces come, what listens is told so often at most. */
const everyMs = 200;

/**
 * The fleet as the stream tells it. The map and the list read it a few times a second at most, however many vehicles
 * report: ten thousand of them must not draw ten thousand times, nor be sorted anew because they moved.
 */
export class FleetStore {
  private readonly fleet = new Map<string, Tracked>();
  private readonly names = new Map<string, Named>();
  /** By plate; undefined when a vehicle or a name has come. */
  private order: string[] | undefined = [];
  private shown: readonly Tracked[] | undefined = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  all = (): readonly Tracked[] => {
    this.order ??= [...this.fleet.values()].sort((a, b) => byPlate.compare(a.plate, b.plate)).map((v) => v.vehicle_id);
    return (this.shown ??= this.order.map((id) => this.fleet.get(id) as Tracked));
  };

  take(positions: readonly Position[]): void {
    for (const position of positions) {
      const known = this.fleet.get(position.vehicle_id);
      if (!known) this.order = undefined;
      // A stream taken up again may repeat what is older than what is known. Moments of the API are written alike and compare as text.
      if (!known || known.at <= position.at) this.fleet.set(position.vehicle_id, { ...position, ...(this.names.get(position.vehicle_id) ?? unknown) });
    }
    this.changed();
  }

  name(vehicles: readonly { id: string; plate: string; name: string | null; park_id: string | null }[]): void {
    for (const { id, plate, name, park_id } of vehicles) {
      const named = { plate, name: name ?? '', park_id };
      const known = this.fleet.get(id);
      this.names.set(id, named);
      if (known) this.fleet.set(id, { ...known, ...named });
    }
    this.order = undefined;
    this.changed();
  }

  private changed(): void {
    this.shown = undefined;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const listener of this.listeners) listener();
    }, everyMs);
  }
}

export interface FleetFilter {
  text: string;
  state: Motion | undefined;
  park?: string | undefined;
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s-]/g, '');

export function matching(fleet: readonly Tracked[], { text, state, park }: FleetFilter): readonly Tracked[] {
  const wanted = plain(text);
  if (wanted === '' && state === undefined && park === undefined) return fleet;
  return fleet.filter((v) => (state === undefined || v.state === state) && (park === undefined || v.park_id === park) && (wanted === '' || plain(v.plate + v.name).includes(wanted)));
}

export function countByState(fleet: readonly Tracked[]): Record<Motion, number> {
  const counts: Record<Motion, number> = { moving: 0, idle: 0, stopped: 0, no_data: 0 };
  for (const { state } of fleet) counts[state] += 1;
  return counts;
}
