import { Instant, Int, Json, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';
import { anomalyKinds, type AnomalyKind } from '../rules/anomaly';

export const anomalyStates = ['open', 'explained', 'confirmed', 'dismissed'] as const;
export type AnomalyState = (typeof anomalyStates)[number];

export class AnomalyView {
  @Uuid() id: string;
  @OneOf(anomalyKinds) kind: AnomalyKind;
  @Text({ about: 'What is asked; never an accusation.' }) question: string;
  @Json({ listMax: 50, about: 'Figures to look at, each with what it was read from.' }) evidence: object[];
  @Uuid() vehicle_id: string;
  @Text({ nullable: true }) plate: string | null;
  @Uuid({ nullable: true }) driver_id: string | null;
  @Uuid({ nullable: true }) fill_up_id: string | null;
  @Instant() at: Date;
  @OneOf(anomalyStates, { about: 'explained: there was a good reason; confirmed: something was wrong; dismissed: not worth asking.' }) state: AnomalyState;
  @Text({ nullable: true }) note: string | null;
  @Text({ nullable: true }) reviewed_by: string | null;
  @Instant({ nullable: true }) reviewed_at: Date | null;
  @Instant() opened_at: Date;
  @Int() version: number;
}

export class AnomalyQuery extends ListQuery {
  @OneOf(anomalyStates, { optional: true }) state?: AnomalyState;
  @OneOf(anomalyKinds, { optional: true }) kind?: AnomalyKind;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true }) driver_id?: string;
  @Uuid({ optional: true }) fill_up_id?: string;
  @Instant({ optional: true, about: 'At or after.' }) from?: string;
  @Instant({ optional: true, about: 'Before.' }) to?: string;
}

export class ReviewAnomalyBody {
  @OneOf(anomalyStates, { about: 'open takes a review back.' }) state: AnomalyState;
  @Text({ max: 1000, about: 'What was found out.' }) note: string;
}
