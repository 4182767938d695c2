import { Day, Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { documentKinds, documentStates, type DocumentKind, type DocumentState } from '../rules/document-state';

const category = { max: 5, pattern: /^[A-Z0-9]{1,5}$/, says: 'categories must be like B, C1 or BE' };

export class DriverDocumentBody {
  @Uuid({ optional: true, about: 'Chosen by the sender; sent again, it changes nothing.' }) id?: string;
  @OneOf(documentKinds) kind: DocumentKind;
  @Text({ optional: true, nullable: true, max: 60 }) number?: string | null;
  @Text({ optional: true, nullable: true, max: 120 }) issuer?: string | null;
  @Text({ optional: true, listMax: 20, ...category }) categories?: string[];
  @Day({ optional: true, nullable: true }) issued_on?: string | null;
  @Day({ optional: true, nullable: true }) expires_on?: string | null;
  @Text({ optional: true, nullable: true, max: 1000 }) notes?: string | null;
  @Uuid({ optional: true, listMax: 10, about: 'Files uploaded before.' }) file_ids?: string[];
}

export class AmendDriverDocumentBody {
  @Text({ optional: true, nullable: true, max: 60 }) number?: string | null;
  @Text({ optional: true, nullable: true, max: 120 }) issuer?: string | null;
  @Text({ optional: true, listMax: 20, ...category }) categories?: string[];
  @Day({ optional: true, nullable: true }) issued_on?: string | null;
  @Day({ optional: true, nullable: true }) expires_on?: string | null;
  @Text({ optional: true, nullable: true, max: 1000 }) notes?: string | null;
  @Uuid({ optional: true, listMax: 10 }) file_ids?: string[];
}

export class WithdrawDriverDocumentBody {
  @Text({ max: 300 }) reason: string;
}

export class DocumentWarningView {
  @Text() code: string;
  @Text() detail: string;
}

export class DriverDocumentView {
  @Uuid() id: string;
  @Uuid() driver_id: string;
  @Int() driver_no: number;
  @OneOf(documentKinds) kind: DocumentKind;
  @Text({ nullable: true }) number: string | null;
  @Text({ nullable: true }) issuer: string | null;
  @Text({ listMax: 20 }) categories: string[];
  @Day({ nullable: true }) issued_on: string | null;
  @Day({ nullable: true }) expires_on: string | null;
  @OneOf(documentStates, { about: 'Today in the time zone of the account.' }) state: DocumentState;
  @Uuid({ listMax: 10 }) file_ids: string[];
  @Text({ nullable: true }) notes: string | null;
  @Instant({ nullable: true, about: 'null until somebody of the staff looked at it; only then it counts.' }) verified_at: Date | null;
  @Text({ nullable: true }) verified_by: string | null;
  @Instant({ nullable: true }) withdrawn_at: Date | null;
  @Text() added_by: string;
  @Instant() created_at: Date;
  @Int() version: number;
}

export class DriverDocumentWithWarningsView extends DriverDocumentView {
  @Nested(() => DocumentWarningView, { listMax: 10 }) warnings: DocumentWarningView[];
}

export class DriverDocumentQuery extends ListQuery {
  @OneOf(documentKinds, { optional: true }) kind?: DocumentKind;
  @OneOf(documentStates, { optional: true }) state?: DocumentState;
  @Flag({ optional: true, fromText: true, about: 'false: what waits to be looked at.' }) verified?: boolean;
  @Text({ optional: true, max: 60, about: 'The whole number, in any spelling.' }) number?: string;
  @Int({ optional: true, fromText: true, min: 0, max: 3650, about: 'Only papers that expire within so many days, expired ones included.' }) expires_within_days?: number;
}
