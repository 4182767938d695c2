import type { EventType, Severity, Source } from './kinds';

/** An event as somebody tells it, before the log has judged it. */
export interface Draft {
  /** Chosen by a phone; otherwise the log's own. Told again, it is the same event. */
  id?: string | undefined;
  type: EventType;
  kind: string;
  source: Source;
  /** What the source calls it: a trip's id, the number of a fine. */
  reference?: string | null | undefined;
  issuer?: string | null | undefined;
  /** A source that corrects itself counts up; the highest one counts. */
  source_revision?: number | null | undefined;
  vehicle_id?: string | null | undefined;
  /** As written, while no vehicle is known for it. */
  plate?: string | null | undefined;
  at: Date;
  to_at?: Date | null | undefined;
  /** Only the day is known: who drove cannot be. */
  time_missing?: boolean | undefined;
  lat?: number | null | undefined;
  lon?: number | null | undefined;
  severity?: Severity | null | undefined;
  amount_minor?: number | null | undefined;
  currency?: string | null | undefined;
  details?: Record<string, unknown> | undefined;
  title?: string | null | undefined;
  text?: string | null | undefined;
  /** Known from the source itself, like the driver of a shift. */
  driver_id?: string | null | undefined;
  shift_id?: string | null | undefined;
}
