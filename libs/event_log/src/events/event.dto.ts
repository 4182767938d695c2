import { Decimal, Flag, Instant, Int, Json, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { fineStates } from '../rules/fine-flow';
import { allKinds, severities, sources, types, type EventType, type Severity } from '../rules/kinds';
import { reviewReasons } from '../rules/judge';

export const eventStates = ['accepted', 'review', 'withdrawn'] as const;
const outcomes = ['attributed', 'unattributed', 'ambiguous', 'none'] as const;
const methods = ['automatic', 'given', 'manual'] as const;

export class EventView {
  @Uuid() id: string;
  @OneOf(types) type: string;
  @Text() kind: string;
  @Text({ about: 'What somebody called it, or the name of its kind.' }) title: string;
  @Flag({ about: 'Somebody called it so; else title names its kind in English.' }) titled: boolean;
  @Text({ nullable: true, max: 4000 }) text: string | null;
  @OneOf(eventStates) state: string;
  @OneOf(reviewReasons, { listMax: 10, about: 'Why a person should look at it.' }) review: string[];
  @OneOf(sources) source: string;
  @Text({ nullable: true, about: 'What its source calls it.' }) reference: string | null;
  @Text({ nullable: true, about: 'The authority a fine comes from.' }) issuer: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Int({ nullable: true }) vehicle_no: number | null;
  @Text({ nullable: true, about: 'Of the vehicle; as written while no vehicle is known.' }) plate: string | null;
  @Uuid({ nullable: true }) driver_id: string | null;
  @Int({ nullable: true }) driver_no: number | null;
  @Uuid({ nullable: true }) shift_id: string | null;
  @OneOf(outcomes, { about: 'Whether it is known who drove; none where nobody needs to have.' }) outcome: string;
  @OneOf(methods, { about: 'Whether shifts told the driver, the source itself, or a person.' }) method: string;
  @Instant() at: Date;
  @Instant({ nullable: true }) to_at: Date | null;
  @Decimal({ nullable: true }) lat: number | null;
  @Decimal({ nullable: true }) lon: number | null;
  @OneOf(severities, { nullable: true }) severity: string | null;
  @Json() details: Record<string, unknown>;
  @OneOf(fineStates, { nullable: true }) fine_state: string | null;
  @Int({ nullable: true }) amount_minor: number | null;
  @Text({ nullable: true }) currency: string | null;
  @Int({ about: 'Of its facts.' }) revision: number;
  @Int({ about: 'Of all about it; for If-Match.' }) version: number;
  @Text() recorded_by: string;
  @Instant() recorded_at: Date;
  @Instant() changed_at: Date;
}

export class EventQuery extends ListQuery {
  @OneOf(types, { optional: true }) type?: EventType;
  @OneOf(allKinds, { optional: true }) kind?: string;
  @OneOf(eventStates, { optional: true }) state?: string;
  @OneOf(reviewReasons, { optional: true }) review?: string;
  @OneOf(fineStates, { optional: true }) fine_state?: string;
  @OneOf(sources, { optional: true }) source?: string;
  @OneOf(severities, { optional: true }) severity?: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true }) driver_id?: string;
  @Instant({ optional: true }) from?: string;
  @Instant({ optional: true, about: 'Before this moment.' }) to?: string;
  @Text({ optional: true, max: 200, about: 'Words of title, text, reference, plate and details; each may be the beginning of one. Best first among the latest thousand; by a plate alone, the newest first.' }) q?: string;
}

export class ExportEventsQuery extends EventQuery {
  @OneOf(['csv', 'xlsx'], { optional: true }) format?: 'csv' | 'xlsx';
}

export class DriverDayQuery extends ListQuery {
  @Text({ max: 10, pattern: /^\d{4}-\d\d-\d\d$/, says: 'date must be a day like 2026-01-31', example: '2026-01-31', about: 'A day in the time zone of the account.' }) date: string;
}

export class TimelineQuery extends ListQuery {
  @Instant({ optional: true }) from?: string;
  @Instant({ optional: true, about: 'Before this moment.' }) to?: string;
  @OneOf(types, { optional: true }) type?: EventType;
}

export class FactsBody {
  @OneOf(allKinds, { about: 'A kind of the type.' }) kind: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Text({ optional: true, max: 30, about: 'Instead of vehicle_id; kept for review when no vehicle has it.' }) plate?: string;
  @Instant() at: string;
  @Instant({ optional: true }) to_at?: string;
  @Decimal({ optional: true, min: -90, max: 90 }) lat?: number;
  @Decimal({ optional: true, min: -180, max: 180 }) lon?: number;
  @OneOf(severities, { optional: true }) severity?: Severity;
  @Int({ optional: true, min: 0, max: 100_000_000_000, about: 'For fines.' }) amount_minor?: number;
  @Text({ optional: true, pattern: /^[A-Z]{3}$/, example: 'KES' }) currency?: string;
  @Text({ optional: true, max: 100, about: 'The number of a fine, of a police report…' }) reference?: string;
  @Text({ optional: true, max: 100 }) issuer?: string;
  @Json({ optional: true, about: 'What the kind allows; anything else is refused.' }) details?: Record<string, unknown>;
}

export class ReportEventBody extends FactsBody {
  @Uuid({ optional: true, about: 'Chosen by the sender. Sent again, it changes nothing.' }) id?: string;
  @OneOf(types.filter((t) => t !== 'trip')) type: EventType;
  @Text({ optional: true, max: 200 }) title?: string;
  @Text({ optional: true, max: 4000 }) text?: string;
}

export class IngestItem extends FactsBody {
  @OneOf(types) type: EventType;
  @Text({ optional: true, max: 200 }) title?: string;
  @Text({ optional: true, max: 4000 }) text?: string;
  @Int({ optional: true, min: 1, max: 2_000_000_000, about: 'A source that corrects itself counts up.' }) source_revision?: number;
}

export class IngestBody {
  @Nested(() => IngestItem, { listMax: 1000, listMin: 1 }) events: IngestItem[];
}

export class IngestedView {
  @OneOf(['recorded', 'known', 'revised', 'refused']) outcome: string;
  @Uuid({ nullable: true }) id: string | null;
  @OneOf(eventStates, { nullable: true }) state: string | null;
  @Text({ nullable: true }) code: string | null;
  @Text({ nullable: true }) detail: string | null;
}

export class EventsTakenView {
  @Nested(() => IngestedView, { listMax: 1000, about: 'In the order sent.' }) results: IngestedView[];
}

export class AmendEventBody {
  @OneOf(allKinds, { optional: true }) kind?: string;
  @Uuid({ optional: true, about: 'Also settles a plate nobody knew.' }) vehicle_id?: string;
  @Instant({ optional: true }) at?: string;
  @Instant({ optional: true, nullable: true }) to_at?: string | null;
  @Decimal({ optional: true, min: -90, max: 90 }) lat?: number;
  @Decimal({ optional: true, min: -180, max: 180 }) lon?: number;
  @OneOf(severities, { optional: true, nullable: true }) severity?: Severity | null;
  @Int({ optional: true, min: 0, max: 100_000_000_000 }) amount_minor?: number;
  @Text({ optional: true, nullable: true, max: 200 }) title?: string | null;
  @Text({ optional: true, nullable: true, max: 4000 }) text?: string | null;
  @Json({ optional: true }) details?: Record<string, unknown>;
  @Text({ max: 500, about: 'Why.' }) reason: string;
}

export class EventReasonBody {
  @Text({ max: 500 }) reason: string;
}

export class AssignDriverBody {
  @Uuid({ nullable: true, about: 'null takes a person’s word back: the shifts decide again.' }) driver_id: string | null;
  @Text({ max: 500 }) reason: string;
}

export class SummaryQuery {
  @Instant() from: string;
  @Instant({ about: 'Before this moment; at most 400 days later.' }) to: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true }) driver_id?: string;
}

export class KindCountView {
  @OneOf(types) type: string;
  @Text() kind: string;
  @Int() count: number;
  @Int() in_review: number;
}

export class SummaryView {
  @Int() total: number;
  @Int() in_review: number;
  @Nested(() => KindCountView, { listMax: 200 }) kinds: KindCountView[];
}
