import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@fleet/platform/database';
import { DriverAt, DriverLookup, type DriverSpan } from '@fleet/driver_module';
import { attribute, nobody, type Attributed } from '../rules/attribution';
import { kindOf } from '../rules/kinds';
import type { Method } from '../intake/rows';

export interface ToAttribute {
  type: string;
  kind: string;
  vehicle_id: string | null;
  at: Date;
  to_at: Date | null;
  time_missing?: boolean | undefined;
  driver_id?: string | null | undefined;
  shift_id?: string | null | undefined;
}

export type Found = Attributed & { method: Method };

/** Asks who had the vehicle then: one query for all moments, one for all spans. */
@Injectable()
export class Attributor {
  constructor(
    private readonly driverAt: DriverAt,
    private readonly drivers: DriverLookup,
  ) {}

  async find(tx: ReadTx, events: readonly ToAttribute[]): Promise<Found[]> {
    const given = await this.drivers.many(tx, [...new Set(events.flatMap((e) => e.driver_id ?? []))]);
    const moments = events.filter((e) => isMoment(e) && e.vehicle_id !== null);
    const answers = await this.driverAt.driversOf(tx, moments.map((e) => ({ vehicle_id: e.vehicle_id as string, at: e.at })));
    const byMoment = new Map(moments.map((event, i) => [event, answers[i]]));
    const held = await this.spansOf(tx, events.filter((e) => isSpan(e) && !given.has(e.driver_id ?? '')));
    const found: Found[] = [];
    for (const event of events) {
      const named = given.get(event.driver_id ?? '');
      if (named) found.push({ outcome: 'attributed', driver_id: named.id, shift_id: event.shift_id ?? null, candidates: [], method: 'given' });
      else if (byMoment.has(event)) found.push({ ...fromMoment(event, byMoment.get(event)), method: 'automatic' });
      else found.push({ ...fromSpan(event, held), method: 'automatic' });
    }
    return found;
  }

  /** Shifts by vehicle, over everything the events together last. */
  private async spansOf(tx: ReadTx, events: readonly ToAttribute[]): Promise<Map<string, DriverSpan[]>> {
    const held = new Map<string, DriverSpan[]>();
    if (events.length === 0) return held;
    const from = new Date(Math.min(...events.map((e) => e.at.getTime())));
    const to = new Date(Math.max(...events.map((e) => (e.to_at as Date).getTime())));
    for (const span of await this.driverAt.spansOf(tx, [...new Set(events.map((e) => e.vehicle_id as string))], from, to)) held.set(span.vehicle_id, [...(held.get(span.vehicle_id) ?? []), span]);
    return held;
  }
}

const isMoment = (event: ToAttribute): boolean => !event.time_missing && (event.to_at === null || event.to_at <= event.at);
const isSpan = (event: ToAttribute): boolean => event.vehicle_id !== null && !event.time_missing && !isMoment(event);
/** Nobody is no gap where nobody needs to have driven. */
const none = (event: ToAttribute): Attributed => nobody(kindOf(event.type, event.kind)?.wantsDriver ? 'unattributed' : 'none');

const fromMoment = (event: ToAttribute, held: { driver_id: string; shift_id: string } | undefined): Attributed =>
  held ? { outcome: 'attributed', driver_id: held.driver_id, shift_id: held.shift_id, candidates: [] } : none(event);

function fromSpan(event: ToAttribute, held: ReadonlyMap<string, DriverSpan[]>): Attributed {
  if (!isSpan(event)) return none(event);
  const found = attribute(event.at, event.to_at, held.get(event.vehicle_id as string) ?? []);
  return found.outcome === 'unattributed' ? none(event) : found;
}
