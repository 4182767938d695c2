import type { Attributed } from '../rules/attribution';
import type { FineState } from '../rules/fine-flow';
import type { EventType, Severity, Source } from '../rules/kinds';

export type EventState = 'accepted' | 'review' | 'withdrawn';
export type Method = 'automatic' | 'given' | 'manual';

/** Where an event stands today; derived from rows that never change. */
export interface Standing {
  id: string;
  account_id: string;
  revision: number;
  source_revision: number | null;
  type: EventType;
  kind: string;
  source: Source;
  reference: string | null;
  issuer: string | null;
  vehicle_id: string | null;
  plate: string | null;
  at: Date;
  to_at: Date | null;
  lat: number | null;
  lon: number | null;
  severity: Severity | null;
  details: Record<string, unknown>;
  said_sealed: Buffer | null;
  driver_id: string | null;
  shift_id: string | null;
  outcome: Attributed['outcome'];
  method: Method;
  state: EventState;
  review: string[];
  fine_state: FineState | null;
  fine_seq: number | null;
  charge_id: string | null;
  /** bigint, as PostgreSQL hands it over. */
  amount_minor: string | null;
  currency: string | null;
  recorded_by: string;
  recorded_at: Date;
  changed_at: Date;
  version: number;
}

export const standingColumns = `e.id, e.account_id, e.revision, e.source_revision, e.type, e.kind, e.source, e.reference, e.issuer, e.vehicle_id, e.plate, e.at, e.to_at, e.lat, e.lon,
  e.severity, e.details, e.said_sealed, e.driver_id, e.shift_id, e.outcome, e.method, e.state, e.review, e.fine_state, e.fine_seq, e.charge_id, e.amount_minor, e.currency,
  e.recorded_by, e.recorded_at, e.changed_at, e.version`;

/** What was written about an event, sealed as one. */
export interface Said {
  title?: string;
  text?: string;
}

/** Why a row came to be: the act, and what it refers to. */
export interface Cause {
  cause: string;
  causeId?: string | null;
  reason?: string | undefined;
}
