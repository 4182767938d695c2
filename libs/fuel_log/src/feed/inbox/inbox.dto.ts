import { Decimal, Flag, Instant, Int, Json, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { fuelTypes } from '../fills/fuel-fill.dto';
import { issueCodes } from './issues';

const states = ['waiting', 'applied', 'declined', 'settled'] as const;

export class FeedInboxQuery extends ListQuery {
  @OneOf(states, { optional: true, about: 'waiting unless said; settled: a record whose doubts went away.' }) state?: string;
  @OneOf(issueCodes, { optional: true }) issue?: string;
  @Text({ optional: true, max: 30 }) plate?: string;
}

export class SuggestionView {
  @OneOf(['fuel_type', 'department', 'plate']) kind: string;
  @Text({ about: 'As it was spelled.' }) spelling: string;
  @Text({ about: 'What it most likely means.' }) canonical: string;
  @Decimal({ about: 'From 0 to 1.' }) similarity: number;
}

export class IssueView {
  @OneOf(issueCodes) code: string;
  @Text() detail: string;
  @Nested(() => SuggestionView, { nullable: true }) suggestion: SuggestionView | null;
}

export class DecisionView {
  @OneOf(['apply', 'edit', 'decline', 'undo']) action: string;
  @Text({ nullable: true, max: 500 }) reason: string | null;
  @Text() decided_by: string;
  @Instant() at: Date;
  @Flag() undone: boolean;
}

export class InboxItemView {
  @Uuid() id: string;
  @Text({ about: 'Id at the source.' }) record_id: string;
  @OneOf(states) state: string;
  @Instant({ about: 'When it was imported.' }) received_at: Date;
  @Text({ nullable: true, max: 4000, about: 'The chat message as it was written.' }) message: string | null;
  @Json({ about: 'The record as the feed sent it; never changed.' }) raw: Record<string, unknown>;
  @Json({ nullable: true, about: 'What people corrected, laid over it.' }) overlay: Record<string, unknown> | null;
  @Text({ nullable: true }) car: string | null;
  @Text({ nullable: true }) plate_norm: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Instant({ nullable: true }) fueled_at: Date | null;
  @Decimal({ nullable: true }) litres: number | null;
  @Int({ nullable: true }) amount_minor: number | null;
  @Text({ nullable: true }) currency: string | null;
  @Decimal({ nullable: true }) odometer_km: number | null;
  @Text({ nullable: true, about: 'Set when the reading does not count.' }) odometer_void_reason: string | null;
  @Text({ nullable: true }) fuel_type: string | null;
  @Text({ nullable: true }) department: string | null;
  @Text({ nullable: true }) driver: string | null;
  @Text({ nullable: true }) station: string | null;
  @Text({ nullable: true, about: 'Record that told the same before.' }) duplicate_of: string | null;
  @Nested(() => IssueView, { listMax: 20 }) issues: IssueView[];
  @Nested(() => DecisionView, { listMax: 20, about: 'Latest first.' }) decisions: DecisionView[];
  @Int() version: number;
}

export class DecideBody {
  @Text({ optional: true, max: 500 }) reason?: string;
}

export class DeclineBody {
  @Text({ max: 500 }) reason: string;
}

export class EditBody {
  @Text({ optional: true, max: 30 }) plate?: string;
  @Instant({ optional: true }) fueled_at?: string;
  @Decimal({ optional: true, min: 0.001, max: 100_000, places: 3 }) litres?: number;
  @Decimal({ optional: true, nullable: true, min: 0, max: 1e9, places: 2, about: 'In whole currency, not cents.' }) amount?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0, max: 9_999_999, places: 1 }) odometer_km?: number | null;
  @OneOf(fuelTypes, { optional: true }) fuel_type?: string;
  @Text({ optional: true, nullable: true, max: 100 }) department?: string | null;
  @Text({ optional: true, max: 500 }) reason?: string;
  @Flag({ optional: true, about: 'Accept it as it is then, whatever doubts remain.' }) apply?: boolean;
}
