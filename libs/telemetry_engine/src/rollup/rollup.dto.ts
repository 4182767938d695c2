import { Decimal, Instant, Int, OneOf, Text } from '@fleet/platform/http';

export const grains = ['5m', 'hour', 'day'] as const;

export class RollupQuery {
  @OneOf(grains, { optional: true, about: 'hour unless said. Hours and days are those of the account.' }) grain?: (typeof grains)[number];
  @Instant({ optional: true, about: 'A day before `to` unless said.' }) from?: string;
  @Instant({ optional: true, about: 'Now unless said.' }) to?: string;
  @Text({ optional: true, max: 100 }) cursor?: string;
  @Int({ optional: true, fromText: true, min: 1, max: 1000, about: '300 unless said.' }) limit?: number;
  @Text({ optional: true, max: 1000, about: 'Comma separated fields to answer with.' }) fields?: string;
}

export class RollupView {
  @Instant() from_at: Date;
  @Instant({ about: 'A day is 23 or 25 hours long when the clocks change.' }) to_at: Date;
  @Text({ nullable: true, about: 'The calendar day of the account, for days.' }) on_day: string | null;
  @Decimal() distance_km: number;
  @Decimal() moving_s: number;
  @Decimal({ about: 'Standing with the engine running.' }) idle_s: number;
  @Decimal() stopped_s: number;
  @Decimal({ about: 'What is left of the time that has passed: a silence is neither driving nor standing.' }) no_data_s: number;
  @Decimal({ nullable: true, about: 'From the fuel rate, where the vehicle tells it.' }) fuel_l: number | null;
  @Decimal({ nullable: true }) speed_max_kmh: number | null;
  @Decimal({ nullable: true, about: 'Half of the driving time was slower; right to within ten km/h.' }) speed_p50_kmh: number | null;
  @Decimal({ nullable: true }) speed_p85_kmh: number | null;
  @Decimal({ nullable: true }) speed_p95_kmh: number | null;
  @Int() harsh_accelerations: number;
  @Int() harsh_brakings: number;
  @Int() harsh_cornerings: number;
  @Int() samples: number;
}
