import { Injectable } from '@nestjs/common';
import type { ReadTx } from '@fleet/platform/database';
import { Where } from '@fleet/platform/http';
import type { EventType } from '../rules/kinds';

export interface EventCount {
  /** The driver, the vehicle, or nobody when counted by kind alone. */
  id: string | null;
  type: EventType;
  kind: string;
  count: number;
  /** Of fines, by nothing but their sum; null elsewhere. Currencies are never added up. */
  amount_minor: number | null;
  currency: string | null;
}

export interface EventPeriod {
  from: Date;
  /** Before this moment. */
  to: Date;
  types?: readonly EventType[];
  kinds?: readonly string[];
}

export interface KnownEvent {
  id: string;
  type: EventType;
  kind: string;
  at: Date;
  to_at: Date | null;
  vehicle_id: string | null;
  driver_id: string | null;
  severity: string | null;
  amount_minor: number | null;
  currency: string | null;
  details: Record<string, unknown>;
}

const columns = 'e.id, e.type, e.kind, e.at, e.to_at, e.vehicle_id, e.driver_id, e.severity, e.amount_minor::float8 as amount_minor, e.currency, e.details';

/** The log's read door. Withdrawn events and cancelled fines count for nothing; it answers inside the caller's account and parks. */
@Injectable()
export class EventLookup {
  async ofDrivers(tx: ReadTx, driverIds: readonly string[], period: EventPeriod): Promise<EventCount[]> {
    return this.count(tx, 'driver_id', driverIds, period);
  }

  async ofVehicles(tx: ReadTx, vehicleIds: readonly string[], period: EventPeriod): Promise<EventCount[]> {
    return this.count(tx, 'vehicle_id', vehicleIds, period);
  }

  async ofAll(tx: ReadTx, period: EventPeriod): Promise<EventCount[]> {
    return this.count(tx, null, undefined, period);
  }

  /** Which vehicles anything of these types happened to; with trips, those in operation. */
  async vehiclesWith(tx: ReadTx, period: EventPeriod): Promise<string[]> {
    const where = this.counted(tx, period).and('e.vehicle_id is not null');
    return (await tx.sql<{ id: string }>(`select distinct e.vehicle_id as id from event_log.standing e ${where.text}`, where.params)).map((row) => row.id);
  }

  /** The rows behind a count, latest first, at most a thousand: a figure can be traced to what it was made of. */
  async rows(tx: ReadTx, of: { driver_id?: string; vehicle_id?: string }, period: EventPeriod): Promise<KnownEvent[]> {
    const where = this.counted(tx, period).and('e.driver_id = ?', of.driver_id).and('e.vehicle_id = ?', of.vehicle_id);
    return tx.sql<KnownEvent>(`select ${columns} from event_log.standing e ${where.text} order by e.at desc, e.id desc limit 1000`, where.params);
  }

  private async count(tx: ReadTx, by: 'driver_id' | 'vehicle_id' | null, ids: readonly string[] | undefined, period: EventPeriod): Promise<EventCount[]> {
    if (ids?.length === 0) return [];
    const id = by ? `e.${by}` : 'null::uuid';
    const where = this.counted(tx, period).and(`${id} = any(?)`, ids);
    return tx.sql<EventCount>(
      `select ${id} as id, e.type, e.kind, count(*)::int as count, sum(e.amount_minor)::float8 as amount_minor, e.currency
         from event_log.standing e ${where.text} group by 1, e.type, e.kind, e.currency order by 1, e.type, e.kind, e.currency`,
      where.params,
    );
  }

  private counted(tx: ReadTx, { from, to, types, kinds }: EventPeriod): Where {
    return new Where()
      .and('e.account_id = ?', tx.accountId)
      .and('e.vehicle_id in (select v.id from transport_registry.vehicle v where v.park_id = any(?))', tx.actor.parkIds ?? undefined)
      .and(`e.state <> 'withdrawn'`)
      .and(`e.fine_state is distinct from 'cancelled'`)
      .and('e.at >= ?', from)
      .and('e.at < ?', to)
      .and('e.type = any(?)', types)
      .and('e.kind = any(?)', kinds);
  }
}
