import { Instant, Int, Json, Nested, Text, Uuid } from '@fleet/platform/http';
import { EventEvidenceView } from '../evidence/evidence.dto';

class Told {
  @Text() by_kind: string;
  @Text() by_id: string;
  @Instant() at: Date;
}

export class RevisionView {
  @Int() revision: number;
  @Int({ nullable: true }) source_revision: number | null;
  @Text() kind: string;
  @Text({ nullable: true }) title: string | null;
  @Text({ nullable: true }) text: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Text({ nullable: true }) plate: string | null;
  @Instant() at: Date;
  @Instant({ nullable: true }) to_at: Date | null;
  @Int({ nullable: true }) amount_minor: number | null;
  @Json() details: Record<string, unknown>;
  @Text() recorded_by: string;
  @Instant() recorded_at: Date;
}

export class AttributionView extends Told {
  @Text() outcome: string;
  @Text() method: string;
  @Uuid({ nullable: true }) driver_id: string | null;
  @Uuid({ nullable: true }) shift_id: string | null;
  @Uuid({ listMax: 100, about: 'Who had the vehicle, when it was more than one.' }) candidates: string[];
  @Text({ about: 'What led to it.' }) cause: string;
  @Text({ nullable: true }) cause_id: string | null;
  @Text({ nullable: true }) reason: string | null;
}

export class RulingView extends Told {
  @Text() state: string;
  @Text({ listMax: 10 }) review: string[];
  @Text() cause: string;
  @Text({ nullable: true }) reason: string | null;
}

export class FineStepView extends Told {
  @Int() seq: number;
  @Text() state: string;
  @Uuid({ nullable: true }) driver_id: string | null;
  @Int() amount_minor: number;
  @Text() currency: string;
  @Uuid({ nullable: true }) charge_id: string | null;
  @Text() cause: string;
  @Text({ nullable: true }) reason: string | null;
}

export class RetellingView {
  @Text() source: string;
  @Text({ nullable: true }) reference: string | null;
  @Json({ about: 'What this source says otherwise.' }) differs: Record<string, unknown>;
  @Text() told_by: string;
  @Instant() told_at: Date;
}

/** Everything that was ever said about one event, oldest first. */
export class EventHistoryView {
  @Uuid() id: string;
  @Nested(() => RevisionView, { listMax: 500 }) revisions: RevisionView[];
  @Nested(() => AttributionView, { listMax: 500 }) attributions: AttributionView[];
  @Nested(() => RulingView, { listMax: 500 }) rulings: RulingView[];
  @Nested(() => FineStepView, { listMax: 500 }) steps: FineStepView[];
  @Nested(() => RetellingView, { listMax: 500 }) retellings: RetellingView[];
  @Nested(() => EventEvidenceView, { listMax: 50 }) evidence: EventEvidenceView[];
}
