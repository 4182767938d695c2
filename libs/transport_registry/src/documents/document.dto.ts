import { Day, Instant, Int, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';

export const documentKinds = ['registration', 'insurance', 'inspection', 'permit', 'lease', 'other'] as const;
export const documentStates = ['valid', 'expiring', 'expired', 'withdrawn'] as const;

export class DocumentBody {
  @OneOf(documentKinds) kind: (typeof documentKinds)[number];
  @Text({ optional: true, nullable: true, max: 60 }) number?: string | null;
  @Text({ optional: true, nullable: true, max: 120 }) issuer?: string | null;
  @Day({ optional: true, nullable: true }) issued_on?: string | null;
  @Day({ optional: true, nullable: true }) expires_on?: string | null;
  @Text({ optional: true, nullable: true, max: 1000 }) notes?: string | null;
}

export class AmendDocumentBody {
  @Text({ optional: true, nullable: true, max: 60 }) number?: string | null;
  @Text({ optional: true, nullable: true, max: 120 }) issuer?: string | null;
  @Day({ optional: true, nullable: true }) issued_on?: string | null;
  @Day({ optional: true, nullable: true }) expires_on?: string | null;
  @Text({ optional: true, nullable: true, max: 1000 }) notes?: string | null;
}

export class WithdrawDocumentBody {
  @Text({ max: 300 }) reason: string;
}

export class DocumentView {
  @Uuid() id: string;
  @Uuid() vehicle_id: string;
  @Text() plate: string;
  @OneOf(documentKinds) kind: string;
  @Text({ nullable: true }) number: string | null;
  @Text({ nullable: true }) issuer: string | null;
  @Day({ nullable: true }) issued_on: string | null;
  @Day({ nullable: true }) expires_on: string | null;
  @OneOf(documentStates, { about: 'Today in the time zone of the account; expiring means within 30 days.' }) state: string;
  @Uuid({ nullable: true }) file_id: string | null;
  @Text({ nullable: true }) notes: string | null;
  @Instant({ nullable: true }) withdrawn_at: Date | null;
  @Instant() created_at: Date;
  @Int() version: number;
}

export class DocumentQuery extends ListQuery {
  @OneOf(documentKinds, { optional: true }) kind?: string;
  @OneOf(documentStates, { optional: true }) state?: string;
  @Int({ optional: true, fromText: true, min: 0, max: 3650, about: 'Only papers that expire within so many days, expired ones included.' }) expires_within_days?: number;
}
