import type { Actor } from '@fleet/platform/database';
import { Where, type ListSpec } from '@fleet/platform/http';
import { standingColumns } from '../intake/rows';
import type { EventQuery } from './event.dto';

export const beside = 'left join transport_registry.vehicle v on v.id = e.vehicle_id left join driver_module.driver d on d.id = e.driver_id';
export const columns = `${standingColumns}, v.vehicle_no, v.plate as vehicle_plate, d.driver_no`;
/** Somebody limited to parks sees events of their vehicles, and of their drivers where no vehicle is named. */
const inParks = `(e.vehicle_id in (select p.id from transport_registry.vehicle p where p.park_id = any(?)) or (e.vehicle_id is null and e.driver_id in (select p.id from driver_module.driver p where p.park_id = any(?))))`;
export const byTime: ListSpec['sorts'] = { at: { sql: 'e.at', type: 'timestamptz' }, recorded_at: { sql: 'e.recorded_at', type: 'timestamptz' } };
export const key = { sql: 'e.id', type: 'uuid' as const };

export interface Asked extends Omit<EventQuery, 'from' | 'to'> {
  from?: string | Date | undefined;
  to?: string | Date | undefined;
}

export function visible(actor: Actor): Where {
  return new Where().and('e.account_id = ?', actor.accountId).and(inParks, actor.parkIds ?? undefined);
}

export function filtered(actor: Actor, query: Asked): Where {
  return visible(actor)
    .and('e.driver_id = ?', query.driver_id)
    .and('e.vehicle_id = ?', query.vehicle_id)
    .and('e.type = ?', query.type)
    .and('e.kind = ?', query.kind)
    .and('e.state = ?', query.state)
    .and('? = any(e.review)', query.review)
    .and('e.fine_state = ?', query.fine_state)
    .and('e.source = ?', query.source)
    .and('e.severity = ?', query.severity)
    .and('e.at >= ?', query.from)
    .and('e.at < ?', query.to);
}

export const plainSpec = (actor: Actor, query: Asked): ListSpec => ({ select: columns, from: `event_log.standing e ${beside}`, where: filtered(actor, query), sorts: byTime, defaultSort: '-at', key });
