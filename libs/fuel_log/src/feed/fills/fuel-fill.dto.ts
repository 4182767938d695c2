import { Decimal, Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { tableFormats } from '@fleet/platform/tables';

export const fuelTypes = ['gasoline', 'diesel', 'electric', 'hybrid', 'lpg', 'cng'] as const;
export const fillSources = ['feed', 'fill_up'] as const;

export class FuelFillFilter extends ListQuery {
  @Text({ optional: true, max: 30, about: 'In any spelling.' }) plate?: string;
  @Text({ optional: true, about: 'City the vehicle is assigned to.' }) city?: string;
  @Text({ optional: true }) cost_centre?: string;
  @Text({ optional: true }) department?: string;
  @OneOf(fuelTypes, { optional: true }) fuel_type?: string;
  @OneOf(fillSources, { optional: true, about: 'feed: told by a message; fill_up: entered by a person.' }) source?: string;
  @Instant({ optional: true, about: 'Filled at or after.' }) from?: string;
  @Instant({ optional: true, about: 'Filled before.' }) to?: string;
}

export class FuelFillExportQuery extends FuelFillFilter {
  @OneOf(tableFormats, { optional: true, about: 'csv unless said.' }) format?: 'csv' | 'xlsx';
}

export class FuelFillView {
  @Text({ about: 'Id at the source: of the message, or of the fill-up.' }) id: string;
  @OneOf(fillSources) source: string;
  @Instant() fueled_at: Date;
  @Text({ nullable: true }) plate: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Decimal({ nullable: true }) litres: number | null;
  @Decimal({ nullable: true }) energy_kwh: number | null;
  @Int({ nullable: true }) amount_minor: number | null;
  @Text({ nullable: true }) currency: string | null;
  @Decimal({ nullable: true, about: 'Null when the reading does not count.' }) odometer_km: number | null;
  @Decimal({ nullable: true, about: 'As it was said, valid or not.' }) odometer_said_km: number | null;
  @Text({ nullable: true }) odometer_void_reason: string | null;
  @Text({ nullable: true }) fuel_type: string | null;
  @Text({ nullable: true }) department: string | null;
  @Text({ nullable: true }) driver: string | null;
  @Uuid({ nullable: true }) driver_id: string | null;
  @Text({ nullable: true }) station: string | null;
  @Text({ nullable: true }) cost_centre: string | null;
  @Text({ nullable: true }) assigned_city: string | null;
  @Text({ nullable: true, about: 'Device that was in the vehicle then.' }) imei: string | null;
  @Flag({ nullable: true, about: 'Null when nobody said.' }) is_full_tank: boolean | null;
}

export class FuelMoneyView {
  @Text({ nullable: true }) currency: string | null;
  @Int() amount_minor: number;
  @Int({ about: 'Fills that said what they cost in this currency.' }) fills: number;
}

export class FuelTotalsView {
  @Int() fills: number;
  @Decimal() litres: number;
  @Decimal() energy_kwh: number;
  @Nested(() => FuelMoneyView, { listMax: 50 }) money: FuelMoneyView[];
}
