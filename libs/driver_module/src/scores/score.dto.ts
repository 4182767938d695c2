import { Decimal, Instant, ListQuery, Text, Uuid } from '@fleet/platform/http';

const named = { min: 2, max: 60, pattern: /^[a-z][a-z0-9_]{1,59}$/, says: 'name must be lower case words like harsh_braking_per_100_km' };

export class ScoreInputBody {
  @Text({ ...named }) name: string;
  @Decimal() value: number;
  @Text({ max: 30, example: 'stars' }) unit: string;
  @Instant({ about: 'From when it says something about the driver.' }) valid_from: string;
  @Instant({ optional: true, nullable: true, about: 'Until when; open unless said.' }) valid_to?: string | null;
  @Text({ optional: true, max: 100, about: 'What the source calls it; the same twice is kept once.' }) source_id?: string;
}

export class ScoreInputView {
  @Uuid() id: string;
  @Uuid() driver_id: string;
  @Text() name: string;
  @Decimal() value: number | string;
  @Text() unit: string;
  @Instant() valid_from: Date;
  @Instant({ nullable: true }) valid_to: Date | null;
  @Instant({ about: 'Since when the house knows it.' }) known_at: Date;
  @Text() source: string;
  @Text({ nullable: true }) source_id: string | null;
  @Instant({ nullable: true, about: 'From then on it counts no more; what was computed before stays explainable.' }) retracted_at: Date | null;
}

export class ScoreInputQuery extends ListQuery {
  @Text({ optional: true, ...named }) name?: string;
  @Instant({ optional: true, about: 'As the house knew it at that moment.' }) known_at?: string;
  @Instant({ optional: true, about: 'Only what was valid at that moment.' }) valid_at?: string;
}
