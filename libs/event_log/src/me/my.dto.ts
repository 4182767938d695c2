import { Decimal, Instant, Json, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';
import { fineStates } from '../rules/fine-flow';
import { allKinds, severities, types, type EventType, type Severity } from '../rules/kinds';

export const reportableTypes = ['incident', 'repair'] as const;

export class MyEventsQuery extends ListQuery {
  @OneOf(types, { optional: true }) type?: EventType;
  @Instant({ optional: true }) from?: string;
  @Instant({ optional: true, about: 'Before this moment.' }) to?: string;
}

export class MyFinesQuery extends ListQuery {
  @OneOf(fineStates, { optional: true }) fine_state?: string;
}

export class MyReportBody {
  @Uuid({ about: 'Chosen by the phone. Sent again, it changes nothing.' }) id: string;
  @OneOf(reportableTypes) type: (typeof reportableTypes)[number];
  @OneOf(allKinds, { about: 'A kind of the type.' }) kind: string;
  @Instant({ optional: true, about: 'When it was so; now unless said.' }) at?: string;
  @Text({ optional: true, max: 200 }) title?: string;
  @Text({ optional: true, max: 4000 }) text?: string;
  @Decimal({ optional: true, min: -90, max: 90 }) lat?: number;
  @Decimal({ optional: true, min: -180, max: 180 }) lon?: number;
  @OneOf(severities, { optional: true }) severity?: Severity;
  @Json({ optional: true }) details?: Record<string, unknown>;
}
