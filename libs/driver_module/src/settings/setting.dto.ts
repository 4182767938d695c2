import { Flag, Instant, Int, Nested, OneOf, Text } from '@fleet/platform/http';
import { documentKinds, type DocumentKind } from '../rules/document-state';

export class ChecklistItemBody {
  @Text({ min: 2, max: 40, pattern: /^[a-z][a-z0-9_]*$/, says: 'key must be lower case words like contract_signed' }) key: string;
  @Text({ max: 120 }) title: string;
  @Flag({ about: 'Nobody becomes active before it is done.' }) required: boolean;
}

export class AmendSettingsBody {
  @OneOf(documentKinds, { optional: true, listMax: 6, about: 'Without these, valid and verified, nobody gets a vehicle.' }) required_documents?: DocumentKind[];
  @Int({ optional: true, min: 1, max: 365, about: 'From so many days before its end a paper counts as expiring.' }) expiring_days?: number;
  @Int({ optional: true, min: 60, max: 2880 }) shift_max_minutes?: number;
  @Int({ optional: true, min: 0, max: 2880 }) rest_min_minutes?: number;
  @Int({ optional: true, min: 1, max: 3650, about: 'How long a published rating counts.' }) rating_counts_days?: number;
  @Nested(() => ChecklistItemBody, { optional: true, listMax: 30 }) checklist?: ChecklistItemBody[];
}

export class SettingsView {
  @OneOf(documentKinds, { listMax: 6 }) required_documents: DocumentKind[];
  @Int() expiring_days: number;
  @Int() shift_max_minutes: number;
  @Int() rest_min_minutes: number;
  @Int() rating_counts_days: number;
  @Nested(() => ChecklistItemBody, { listMax: 30 }) checklist: ChecklistItemBody[];
  @Instant({ nullable: true, about: 'null while nobody changed the defaults.' }) updated_at: Date | null;
  @Int() version: number;
}
