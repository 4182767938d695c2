import { Decimal, Instant, Int, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { groupings, type Grouping } from '../stretches/stretch.store';

export class ReportPeriodQuery {
  @Instant({ optional: true, about: 'At or after.' }) from?: string;
  @Instant({ optional: true, about: 'Before; now unless said.' }) to?: string;
}

export class ConsumptionView {
  @Decimal() distance_km: number;
  @Decimal({ nullable: true }) fuel_l: number | null;
  @Decimal({ nullable: true }) energy_kwh: number | null;
  @Decimal({ nullable: true }) l_per_100km: number | null;
  @Decimal({ nullable: true }) km_per_l: number | null;
  @Decimal({ nullable: true }) mpg_us: number | null;
  @Decimal({ nullable: true }) mpg_imp: number | null;
  @Decimal({ nullable: true }) kwh_per_100km: number | null;
  @Int({ nullable: true, about: 'null when a price is missing or currencies differ.' }) cost_minor: number | null;
  @Text({ nullable: true }) currency: string | null;
  @Decimal({ nullable: true }) cost_minor_per_km: number | null;
  @Decimal({ nullable: true, about: 'From tank to wheel.' }) co2_kg: number | null;
}

export class FuelSegmentView extends ConsumptionView {
  @Instant() from_at: Date;
  @Instant() to_at: Date;
  @Uuid() vehicle_id: string;
  @Uuid({ nullable: true, about: 'null when several drivers bought it.' }) driver_id: string | null;
  @Uuid({ nullable: true }) park_id: string | null;
  @Text({ nullable: true }) department: string | null;
  @Text() fuel_type: string;
  @Uuid({ about: 'The full tank it begins at.' }) from_fill_up_id: string;
  @Uuid({ listMax: 10_000, about: 'What the figures are the sum of.' }) fill_up_ids: string[];
}

export class EfficiencyView extends ConsumptionView {
  @Uuid() vehicle_id: string;
  @Instant({ nullable: true }) from: Date | null;
  @Instant() to: Date;
  @Nested(() => FuelSegmentView, { listMax: 10_000, about: 'From full tank to full tank; each belongs to the period in which it ends.' }) segments: FuelSegmentView[];
}

export class FleetEfficiencyQuery extends ReportPeriodQuery {
  @OneOf(groupings, { optional: true, about: 'vehicle unless said.' }) by?: Grouping;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true }) driver_id?: string;
  @Uuid({ optional: true }) park_id?: string;
  @Text({ optional: true, max: 60 }) department?: string;
}

export class EfficiencyGroupView extends ConsumptionView {
  @Text({ nullable: true, about: 'Id of the vehicle, driver or park, or the word itself; null for what belongs to none or to several.' }) key: string | null;
  @Text({ nullable: true, about: 'The plate, when grouped by vehicle.' }) label: string | null;
  @Int({ about: 'How many segments; they are listed at rows.' }) segments: number;
  @Text({ nullable: true, about: 'Where the segments behind the figure are listed.' }) rows: string | null;
}

export class FleetEfficiencyView {
  @OneOf(groupings) by: string;
  @Instant() from: Date;
  @Instant() to: Date;
  @Nested(() => EfficiencyGroupView, { listMax: 100_000 }) groups: EfficiencyGroupView[];
  @Nested(() => ConsumptionView) total: ConsumptionView;
}

export class SegmentsView {
  @Instant() from: Date;
  @Instant() to: Date;
  @Nested(() => FuelSegmentView, { listMax: 100_000 }) segments: FuelSegmentView[];
}

const month = /^\d{4}-(0[1-9]|1[0-2])$/;

export class MonthQuery {
  @Text({ pattern: month, says: 'month is like 2026-01', about: "A month in the account's time zone." }) month: string;
  @Uuid({ optional: true }) vehicle_id?: string;
}

export class MonthExportQuery extends MonthQuery {
  @OneOf(['csv', 'xlsx'], { optional: true, about: 'csv unless said.' }) format?: 'csv' | 'xlsx';
}

export class MonthlyTotalView {
  @Text() currency: string;
  @Int() fill_ups: number;
  @Decimal({ nullable: true }) fuel_l: number | null;
  @Decimal({ nullable: true }) energy_kwh: number | null;
  @Int() cost_minor: number;
  @Decimal({ nullable: true, about: 'Minor units for a litre, over fill-ups whose price is known.' }) average_price_per_l: number | null;
  @Decimal({ nullable: true }) average_price_per_kwh: number | null;
}

export class MonthlyVehicleView extends MonthlyTotalView {
  @Uuid() vehicle_id: string;
  @Text({ nullable: true }) plate: string | null;
  @Decimal({ nullable: true, about: 'Kilometres between full tanks, of segments that end in the month.' }) distance_km: number | null;
  @Decimal({ nullable: true }) l_per_100km: number | null;
  @Decimal({ nullable: true }) kwh_per_100km: number | null;
  @Text({ about: 'Where the fill-ups behind the figures are listed.' }) rows: string;
}

export class MonthlyReportView {
  @Text() month: string;
  @Text({ about: 'The zone whose midnight begins and ends the month.' }) time_zone: string;
  @Instant() from: Date;
  @Instant() to: Date;
  @Nested(() => MonthlyVehicleView, { listMax: 200_000, about: 'One line a vehicle and currency.' }) vehicles: MonthlyVehicleView[];
  @Nested(() => MonthlyTotalView, { listMax: 200, about: 'One line a currency; they are never added up.' }) totals: MonthlyTotalView[];
}

export class VehicleMonthsQuery {
  @Text({ optional: true, pattern: month, says: 'to is like 2026-01', about: 'The last month; the present one unless said.' }) to?: string;
  @Int({ optional: true, fromText: true, min: 1, max: 60, about: 'How many months, 12 unless said.' }) months?: number;
}

export class VehicleMonthView extends MonthlyTotalView {
  @Text() month: string;
  @Decimal({ nullable: true }) distance_km: number | null;
  @Decimal({ nullable: true }) l_per_100km: number | null;
  @Decimal({ nullable: true }) kwh_per_100km: number | null;
  @Text() rows: string;
}

export class VehicleMonthsView {
  @Uuid() vehicle_id: string;
  @Text() time_zone: string;
  @Nested(() => VehicleMonthView, { listMax: 600, about: 'Latest first; months without a fill-up are not named.' }) months: VehicleMonthView[];
}
