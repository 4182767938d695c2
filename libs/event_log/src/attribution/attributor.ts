import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@fleet/platform/database';
import { DriverAt, DriverLookup } from '@fleet/driver_module';
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

/** Asks who had the vehicle then; moments in one query for all, spans one by one. */
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
    const found: Found[] = [];
    for (const event of events) {
      const named = given.get(event.driver_id ?? '');
      if (named) found.push({ outcome: 'attributed', driver_id: named.id, shift_id: event.shift_id ?? null, candidates: [], method: 'given' });
      else if (byMoment.has(event)) found.push({ ...fromMoment(event, byMoment.get(event)), method: 'automatic' });
      else found.push({ ...(await this.fromSpan(tx, event)), method: 'automatic' });
    }
    return found;
  }

  private async fromSpan(tx: ReadTx, event: ToAttribute): Promise<Attributed> {
    if (event.vehicle_id === null || event.time_missing || isMoment(event)) return none(event);
    const spans = await this.driverAt.spansOf(tx, [event.vehicle_id], event.at, event.to_at as Date);
    const found = attribute(event.at, event.to_at, spans);
    return found.outcome === 'unattributed' ? none(event) : found;
  }
}

const isMoment = (event: ToAttribute): boolean => !event.time_missing && (event.to_at === null || event.to_at <= event.at);
/** Nobody is no gap where nobody needs to have driven. */
const none = (event: ToAttribute): Attributed => nobody(kindOf(event.type, event.kind)?.wantsDriver ? 'unattributed' : 'none');

const fromMoment = (event: ToAttribute, held: { driver_id: string; shift_id: string } | undefined): Attributed =>
  held ? { outcome: 'attributed', driver_id: held.driver_id, shift_id: held.shift_id, candidates: [] } : none(event);
