import type { Draft } from './draft';
import { kindOf } from './kinds';

/** Machines' clocks and ours may differ this much. */
export const futureToleranceMs = 120_000;
const yearMs = 365.25 * 86_400_000;
/** Older things belong into an archive, not into the log. */
export const pastYearsMax = 10;
const spanMaxMs = 31 * 86_400_000;

export const reviewReasons = ['unattributed', 'ambiguous_driver', 'vehicle_unknown', 'vehicle_retired', 'vehicle_missing', 'time_missing'] as const;
export type ReviewReason = (typeof reviewReasons)[number];

export interface Objection {
  field: string | null;
  code: string;
  detail: string;
}

export interface Known {
  now: Date;
  /** The vehicle's status at that moment; undefined when there is no vehicle. */
  vehicleStatus?: string | undefined;
  hasVehicle: boolean;
}

/** Why an event cannot be kept at all. */
export function objectionTo(draft: Draft, now: Date): Objection | undefined {
  const kind = kindOf(draft.type, draft.kind);
  if (!kind) return { field: 'kind', code: 'EVENT_KIND_UNKNOWN', detail: `There is no kind ${draft.kind} of type ${draft.type}.` };
  if (Number.isNaN(draft.at.getTime())) return { field: 'at', code: 'EVENT_TIME_INVALID', detail: 'at is no moment.' };
  if (draft.at.getTime() > now.getTime() + futureToleranceMs) return { field: 'at', code: 'EVENT_IN_FUTURE', detail: 'at lies in the future.' };
  if (draft.at.getTime() < now.getTime() - pastYearsMax * yearMs) return { field: 'at', code: 'EVENT_TOO_OLD', detail: `at lies more than ${pastYearsMax} years back.` };
  if (draft.to_at && draft.to_at < draft.at) return { field: 'to_at', code: 'EVENT_ENDS_BEFORE_START', detail: 'An event ends after it begins.' };
  if (draft.to_at && draft.to_at.getTime() - draft.at.getTime() > spanMaxMs) return { field: 'to_at', code: 'EVENT_TOO_LONG', detail: 'An event lasts at most 31 days.' };
  if (draft.to_at && draft.to_at.getTime() > now.getTime() + futureToleranceMs) return { field: 'to_at', code: 'EVENT_IN_FUTURE', detail: 'to_at lies in the future.' };
  if (draft.type === 'fine' && (draft.amount_minor == null || !draft.currency)) return { field: 'amount_minor', code: 'FINE_AMOUNT_MISSING', detail: 'A fine says how much, in which currency.' };
  if (draft.type === 'fine' && !draft.vehicle_id && !draft.plate) return { field: 'plate', code: 'FINE_VEHICLE_MISSING', detail: 'A fine names a vehicle or a plate.' };
  if (draft.type === 'trip' && !draft.vehicle_id) return { field: 'vehicle_id', code: 'EVENT_VEHICLE_MISSING', detail: 'A trip is one of a vehicle.' };
  return objectionToDetails(draft, kind.details);
}

function objectionToDetails(draft: Draft, schema: NonNullable<ReturnType<typeof kindOf>>['details']): Objection | undefined {
  const details = draft.details ?? {};
  const checked = schema.safeParse(details);
  const issue = checked.success ? undefined : checked.error.issues[0];
  if (issue) return { field: ['details', ...issue.path].join('.'), code: 'EVENT_DETAILS_INVALID', detail: `${['details', ...issue.path].join('.')}: ${issue.message}` };
  if (Buffer.byteLength(JSON.stringify(details)) > 6000) return { field: 'details', code: 'EVENT_DETAILS_TOO_LARGE', detail: 'details are larger than 6,000 bytes.' };
  return undefined;
}

/** What a person should look at although the event is kept; who drove is judged apart. */
export function doubtsAbout(draft: Draft, known: Known): ReviewReason[] {
  const doubts: ReviewReason[] = [];
  if (!known.hasVehicle && draft.plate) doubts.push('vehicle_unknown');
  if (!known.hasVehicle && !draft.plate && kindOf(draft.type, draft.kind)?.wantsDriver) doubts.push('vehicle_missing');
  if (known.vehicleStatus === 'retired' && draft.type !== 'system') doubts.push('vehicle_retired');
  if (draft.time_missing) doubts.push('time_missing');
  return doubts;
}
