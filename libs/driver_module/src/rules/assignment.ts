import type { DocumentKind, DocumentState } from './document-state';
import type { Status } from './life-cycle';

export type ShiftKind = 'shift' | 'rental';

export interface Paper {
  kind: DocumentKind;
  state: DocumentState;
  /** Somebody of the staff looked at it; what a phone sent counts for nothing until then. */
  verified: boolean;
  expires_on: string | null;
}

export interface Limits {
  required_documents: readonly DocumentKind[];
  shift_max_minutes: number;
  rest_min_minutes: number;
}

export interface Proposal {
  kind: ShiftKind;
  driver: { status: Status; blacklisted: boolean };
  papers: readonly Paper[];
  /** Undefined when only the driver is judged. */
  vehicle: { status: string } | undefined;
  from: Date;
  /** Undefined when nobody knows yet when it ends. */
  to: Date | undefined;
  /** End of the driver's shift before it and start of the one after it. */
  before: Date | undefined;
  after: Date | undefined;
  overlaps: { driver: string | undefined; vehicle: string | undefined };
}

export const faultCodes = [
  'DRIVER_NOT_ACTIVE',
  'DRIVER_BLACKLISTED',
  'DRIVER_DOCUMENT_MISSING',
  'DRIVER_DOCUMENT_EXPIRED',
  'VEHICLE_NOT_ACTIVE',
  'SHIFT_OVERLAPS_DRIVER',
  'SHIFT_OVERLAPS_VEHICLE',
  'SHIFT_TOO_LONG',
  'SHIFT_REST_TOO_SHORT',
] as const;
export type FaultCode = (typeof faultCodes)[number];

export interface Fault {
  code: FaultCode;
  detail: string;
  facts?: Record<string, unknown>;
}

/** What an admin may let pass with a reason. Nobody overrides a driver who is not here or a vehicle that is taken. */
const overridable: readonly FaultCode[] = ['DRIVER_DOCUMENT_MISSING', 'DRIVER_DOCUMENT_EXPIRED', 'SHIFT_TOO_LONG', 'SHIFT_REST_TOO_SHORT'];
export const mayOverride = (fault: Fault): boolean => overridable.includes(fault.code);

/** Everything that speaks against giving this driver this vehicle; empty when nothing does. */
export function assignmentFaults(proposal: Proposal, limits: Limits): Fault[] {
  return [...driverFaults(proposal), ...paperFaults(proposal.papers, limits.required_documents), ...vehicleFaults(proposal), ...timeFaults(proposal, limits)];
}

function driverFaults({ driver }: Proposal): Fault[] {
  return [
    ...(driver.status === 'active' ? [] : [{ code: 'DRIVER_NOT_ACTIVE' as const, detail: `The driver is ${driver.status}.`, facts: { status: driver.status } }]),
    ...(driver.blacklisted ? [{ code: 'DRIVER_BLACKLISTED' as const, detail: 'The driver is on the blacklist.' }] : []),
  ];
}

/** Of several papers of a kind the best counts: a renewed licence makes the old one harmless. */
function paperFaults(papers: readonly Paper[], required: readonly DocumentKind[]): Fault[] {
  return required.flatMap((kind): Fault[] => {
    const known = papers.filter((p) => p.kind === kind && p.verified && p.state !== 'withdrawn');
    if (known.some((p) => p.state !== 'expired')) return [];
    const expiredOn = known.map((p) => p.expires_on ?? '').sort().at(-1);
    if (expiredOn) return [{ code: 'DRIVER_DOCUMENT_EXPIRED', detail: `The ${kind} expired on ${expiredOn}.`, facts: { kind, expires_on: expiredOn } }];
    const waiting = papers.some((p) => p.kind === kind && !p.verified && p.state !== 'withdrawn');
    return [{ code: 'DRIVER_DOCUMENT_MISSING', detail: waiting ? `The ${kind} waits to be verified.` : `There is no ${kind}.`, facts: { kind, waiting } }];
  });
}

function vehicleFaults({ vehicle, overlaps }: Proposal): Fault[] {
  return [
    ...(!vehicle || vehicle.status === 'active' ? [] : [{ code: 'VEHICLE_NOT_ACTIVE' as const, detail: `The vehicle is ${vehicle.status}.`, facts: { status: vehicle.status } }]),
    ...(overlaps.driver ? [{ code: 'SHIFT_OVERLAPS_DRIVER' as const, detail: 'The driver has another vehicle at that time.', facts: { shift_id: overlaps.driver } }] : []),
    ...(overlaps.vehicle ? [{ code: 'SHIFT_OVERLAPS_VEHICLE' as const, detail: 'Another driver has the vehicle at that time.', facts: { shift_id: overlaps.vehicle } }] : []),
  ];
}

const minutes = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 60_000);

/** Real minutes, so that the night a clock is put forward is an hour shorter. A rental is no work, and rests nobody. */
function timeFaults({ kind, from, to, before, after }: Proposal, limits: Limits): Fault[] {
  if (kind === 'rental') return [];
  const faults: Fault[] = [];
  if (to && minutes(from, to) > limits.shift_max_minutes) {
    faults.push({ code: 'SHIFT_TOO_LONG', detail: `A shift lasts at most ${limits.shift_max_minutes} minutes, this one ${minutes(from, to)}.`, facts: { minutes: minutes(from, to), max_minutes: limits.shift_max_minutes } });
  }
  const rests = [before && minutes(before, from), after && to && minutes(to, after)].filter((m) => m !== undefined);
  const shortest = Math.min(...rests);
  if (shortest < limits.rest_min_minutes) {
    faults.push({ code: 'SHIFT_REST_TOO_SHORT', detail: `Between shifts lie at least ${limits.rest_min_minutes} minutes, here ${shortest}.`, facts: { minutes: shortest, min_minutes: limits.rest_min_minutes } });
  }
  return faults;
}
