/** A fill-up as consumption sees it, in time's order; voided ones are not handed in. */
export interface Filled {
  id: string;
  at: Date;
  /** Null when there was none, or it is in doubt. */
  odometer_km: number | null;
  trip_km: number | null;
  fuel_l: number | null;
  energy_kwh: number | null;
  full: boolean;
  /** A fill-up before this one was never written down. */
  missed: boolean;
  /** Waits for somebody's review: its quantity is not believed yet. */
  held: boolean;
}

/** Kilometres on a frame: readings of one dashboard, or trips laid end to end. Frames cannot be compared with each other. */
interface Position {
  frame: number;
  km: number;
}

export interface Stretch<F extends Filled> {
  from: F;
  to: F;
  distance_km: number;
  /** Everything filled after `from` up to and with `to`, of one kind. */
  fills: F[];
}

function positionsOf(fills: readonly Filled[]): (Position | null)[] {
  let last: (Position & { dashboard: boolean }) | undefined;
  let gap = false;
  let frames = 0;
  return fills.map((fill) => {
    if (fill.odometer_km !== null) {
      last = { frame: last?.dashboard ? last.frame : (frames += 1), km: fill.odometer_km, dashboard: true };
      gap = false;
    } else if (fill.trip_km !== null) {
      const from: Position & { dashboard: boolean } = last && !gap ? last : { frame: (frames += 1), km: 0, dashboard: false };
      last = { ...from, km: from.km + fill.trip_km };
      gap = false;
    } else {
      gap = true;
      return null;
    }
    return { frame: last.frame, km: last.km };
  });
}

/**
 * From full tank to full tank, partial fills between summed. A missed or doubted fill breaks the chain: nobody knows what
 * was used across it. A full tank without a known distance counts as a partial one.
 */
export function stretchesOf<F extends Filled>(fills: readonly F[]): Stretch<F>[] {
  const positions = positionsOf(fills);
  return [...chain(fills, positions, 'fuel_l'), ...chain(fills, positions, 'energy_kwh')].sort((a, b) => a.to.at.getTime() - b.to.at.getTime());
}

function chain<F extends Filled>(fills: readonly F[], positions: (Position | null)[], kind: 'fuel_l' | 'energy_kwh'): Stretch<F>[] {
  const found: Stretch<F>[] = [];
  let open: { fill: F; position: Position; since: F[] } | undefined;
  for (const [i, fill] of fills.entries()) {
    if (fill[kind] === null) continue;
    if (fill.missed || fill.held) open = undefined;
    if (fill.held) continue;
    const position = positions[i] ?? null;
    open?.since.push(fill);
    if (!fill.full || !position) continue;
    const distance = open && open.position.frame === position.frame ? position.km - open.position.km : 0;
    if (open && distance > 0) found.push({ from: open.fill, to: fill, distance_km: distance, fills: open.since });
    open = { fill, position, since: [] };
  }
  return found;
}

/** Kilometres since the fill-up before, in the order given; `startKm` is what the dashboard is known to have shown before the first. */
export function distancesOf(fills: readonly Filled[], startKm?: number): (number | null)[] {
  const positions = positionsOf(fills);
  let before: Position | null = null;
  return fills.map((fill, i) => {
    const position = positions[i] ?? null;
    const from = before ?? (i === 0 && startKm !== undefined && position ? { frame: position.frame, km: startKm } : null);
    if (position) before = position;
    if (fill.odometer_km === null && fill.trip_km !== null) return fill.trip_km;
    return position && from && from.frame === position.frame && position.km >= from.km ? position.km - from.km : null;
  });
}
