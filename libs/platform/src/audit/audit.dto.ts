import { Instant, Int, Json, ListQuery, Nested, Flag, OneOf, Text, Uuid } from '../http';

export class EntriesQuery extends ListQuery {
  @Text({ optional: true, about: 'Kind of the thing acted on, like vehicle.' }) subject_type?: string;
  @Text({ optional: true, about: 'Id of the thing acted on.' }) subject_id?: string;
  @Text({ optional: true, about: 'Id of the user, client or task that acted.' }) actor_id?: string;
  @Text({ optional: true, pattern: /^[a-z0-9_.]+$/, about: 'Action or the beginning of one, like transport_registry.vehicle.' }) action?: string;
  @Instant({ optional: true, about: 'Not before.' }) from?: string;
  @Instant({ optional: true, about: 'Before.' }) to?: string;
}

export class EntryView {
  @Text({ about: 'A number too large for some readers, therefore text.' }) id: string;
  @Instant() at: Date;
  @OneOf(['user', 'client', 'system'], { name: 'ActorKind' }) actor_kind: string;
  @Text() actor_id: string;
  @Uuid({ nullable: true }) session_id: string | null;
  @Text({ example: 'transport_registry.vehicle.onboarded' }) action: string;
  @Text() subject_type: string;
  @Text() subject_id: string;
  @Text({ nullable: true }) reason: string | null;
  @Json({ nullable: true }) data: Record<string, unknown> | null;
  @Text({ nullable: true }) request_id: string | null;
  @Flag({ about: 'Whether it is part of the signed chain yet; normally after two seconds.' }) sealed: boolean;
}

export class FindingView {
  @Text({ nullable: true }) entry_id: string | null;
  @Int({ nullable: true }) batch_no: number | null;
  @Text({ example: 'entry_changed' }) fault: string;
  @Text({ max: 500 }) detail: string;
}

export class VerdictView {
  @Flag() ok: boolean;
  @Int() entries: number;
  @Int() batches: number;
  @Int() unsealed: number;
  @Int() faults: number;
  @Nested(() => FindingView, { listMax: 1000 }) findings: FindingView[];
}
