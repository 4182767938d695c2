import type { Place } from '../trips/point';
import { boundsOf, outsideM, type Bounds, type Fence } from './shape';

const cellDeg = 0.05;
const cellsMax = 400;
const cellOf = (deg: number): number => Math.floor(deg / cellDeg);

/** The geofences of an account on a grid, so that a sample is held against the few that are near. */
export class FenceIndex {
  private readonly byId = new Map<string, Fence>();
  private readonly grid = new Map<string, { fence: Fence; bounds: Bounds }[]>();
  /** Too big for the grid: looked at for every sample. */
  private readonly wide: { fence: Fence; bounds: Bounds }[] = [];

  constructor(fences: readonly Fence[]) {
    for (const fence of fences) {
      this.byId.set(fence.id, fence);
      this.place({ fence, bounds: boundsOf(fence.shape) });
    }
  }

  get size(): number {
    return this.byId.size;
  }

  find(id: string): Fence | undefined {
    return this.byId.get(id);
  }

  /** Fences around this place that a vehicle of this park is held against. */
  around(place: Place, parkId: string | null): Fence[] {
    if (this.byId.size === 0) return [];
    const near = this.grid.get(`${cellOf(place.lat)} ${cellOf(place.lon)}`) ?? [];
    const hits: Fence[] = [];
    for (const list of [near, this.wide]) {
      for (const { fence, bounds } of list) {
        if (fence.park_id !== null && fence.park_id !== parkId) continue;
        if (place.lat < bounds.south || place.lat > bounds.north || place.lon < bounds.west || place.lon > bounds.east) continue;
        if (outsideM(fence.shape, place) <= 0) hits.push(fence);
      }
    }
    return hits;
  }

  private place(entry: { fence: Fence; bounds: Bounds }): void {
    const { south, north, west, east } = entry.bounds;
    const [rows, columns] = [cellOf(north) - cellOf(south) + 1, cellOf(east) - cellOf(west) + 1];
    if (rows * columns > cellsMax) return void this.wide.push(entry);
    for (let row = cellOf(south); row <= cellOf(north); row += 1) {
      for (let column = cellOf(west); column <= cellOf(east); column += 1) {
        const key = `${row} ${column}`;
        const cell = this.grid.get(key);
        if (cell) cell.push(entry);
        else this.grid.set(key, [entry]);
      }
    }
  }
}
