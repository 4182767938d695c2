import type { AmendEventBody } from '../events/event.dto';
import type { Draft } from '../rules/draft';
import type { Said, Standing } from './rows';

/** What was said before, with what is said now on top; an empty vehicle keeps its plate. */
export function amended(before: Standing, was: Said, said: Partial<Omit<AmendEventBody, 'reason'>>): Draft {
  const { at, to_at, vehicle_id, title, text, ...rest } = said;
  return {
    ...before,
    ...was,
    ...rest,
    amount_minor: rest.amount_minor ?? (before.amount_minor === null ? null : Number(before.amount_minor)),
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { text }),
    vehicle_id: vehicle_id ?? before.vehicle_id,
    at: at ? new Date(at) : before.at,
    to_at: to_at === undefined ? before.to_at : to_at === null ? null : new Date(to_at),
    time_missing: !at && before.review.includes('time_missing'),
    driver_id: null,
    shift_id: null,
  };
}
