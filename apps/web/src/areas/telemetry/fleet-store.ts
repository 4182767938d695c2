import type { Motion, Position } from './words';

/** What the map knows of one vehicle: where it was, and who it is. */
export interface Tracked extends Position {
  plate: string;
  name: string;
}

/**
 * The fleet as the stream tells it. The map and the list read it at most once a second, however many vehicles report:
 * ten thousand of them must not draw ten thousand times.
 */
export class FleetStore {
  private readonly positions = new Map<string, Position>();
  private readonly names = new Map<string, { plate: string; name: string }>();
  private shown: readonly Tracked[] = [];
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  all = (): readonly Tracked[] => this.shown;

  take(positions: readonly Position[]): void {
    for (const position of positions) {
      const known = this.positions.get(position.vehicle_id);
      // A stream taken up again may repeat what is older than what is known.
      if (!known || Date.parse(known.at) <= Date.parse(position.at)) this.positions.set(position.vehicle_id, position);
    }
    this.show();
  }

  name(vehicles: readonly { id: string; plate: string; name: string | null }[]): void {
    for (const { id, plate, name } of vehicles) this.names.set(id, { plate, name: name ?? '' });
    this.show();
  }

  private show(): void {
    this.shown = [...this.positions.values()]
      .map((position) => ({ ...position, ...(this.names.get(position.vehicle_id) ?? { plate: '…', name: '' }) }))
      .sort((a, b) => a.plate.localeCompare(b.plate));
    for (const listener of this.listeners) listener();
  }
}

export interface FleetFilter {
  text: string;
  state: Motion | undefined;
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s-]/g, '');

export const matching = (fleet: readonly Tracked[], { text, state }: FleetFilter): Tracked[] => {
  const wanted = plain(text);
  return fleet.filter((v) => (state === undefined || v.state === state) && (wanted === '' || plain(v.plate + v.name).includes(wanted)));
};

export function countByState(fleet: readonly Tracked[]): Record<Motion, number> {
  const counts: Record<Motion, number> = { moving: 0, idle: 0, stopped: 0, no_data: 0 };
  for (const { state } of fleet) counts[state] += 1;
  return counts;
}
