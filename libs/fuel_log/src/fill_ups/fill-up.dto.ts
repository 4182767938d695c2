import { Decimal, Flag, Instant, Int, Json, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { fuelTypes, type FuelType } from '../rules/fuel';
import { distanceUnits, quantityUnits, type DistanceUnit, type QuantityUnit } from '../rules/units';
import { paymentMethods, states, type FillUpState, type PaymentMethod } from './fill-up.entity';

const odometerMax = 9_999_999;
const moneyMax = 1_000_000_000_000;

export class CoordinatesBody {
  @Decimal({ min: -90, max: 90, places: 8 }) latitude: number;
  @Decimal({ min: -180, max: 180, places: 8 }) longitude: number;
}

export class LocationBody {
  @Text({ optional: true, max: 300 }) address?: string;
  @Nested(() => CoordinatesBody, { optional: true }) coordinates?: CoordinatesBody;
  @Text({ optional: true, max: 300 }) google_place_id?: string;
  @Text({ optional: true, max: 120 }) station_name?: string;
}

/** What a phone and an office enter alike. Quantities below zero are read, so that the answer can say what is wrong with them. */
export class FillUpFields {
  @Instant({ about: 'When it was filled; not in the future.' }) fuel_date: string;
  @Decimal({ optional: true, nullable: true, min: 0.1, max: odometerMax, places: 1, about: 'Either this or trip_distance, in distance_unit.' }) odometer_reading?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0.1, max: 100_000, places: 1, about: 'Driven since the fill-up before, when nobody read the odometer.' }) trip_distance?: number | null;
  @OneOf(distanceUnits, { optional: true, about: "The vehicle's own unit unless said." }) distance_unit?: DistanceUnit;
  @OneOf(fuelTypes) fuel_type: FuelType;
  @Text({ optional: true, nullable: true, max: 10, about: '87, 88, 89, 91 or 93 for gasoline, #1 or #2 for diesel.' }) fuel_grade?: string | null;
  @Decimal({ min: -100_000, max: 100_000, places: 3, about: 'In unit_of_measure; more than zero.' }) fuel_quantity: number;
  @OneOf(quantityUnits) unit_of_measure: QuantityUnit;
  @Decimal({ optional: true, nullable: true, min: 0.0001, max: 1_000_000, places: 4, about: 'For one unit_of_measure, in whole units of the currency.' }) cost_per_unit?: number | null;
  @Int({ optional: true, nullable: true, min: 1, max: moneyMax, about: 'In minor units; quantity times cost_per_unit unless said.' }) total_cost_minor?: number | null;
  @Text({ optional: true, pattern: /^[A-Z]{3}$/, says: 'currency is three capital letters, like KES', about: "The account's unless said." }) currency?: string;
  @Flag({ optional: true, about: 'The tank (or battery) was full afterwards. No unless said.' }) is_full_tank?: boolean;
  @Flag({ optional: true, about: 'A fill-up before this one was never written down.' }) missed_previous?: boolean;
  @Text({ optional: true, nullable: true, max: 120 }) fuel_station?: string | null;
  @Nested(() => LocationBody, { optional: true, nullable: true }) location_data?: LocationBody | null;
  @OneOf(paymentMethods, { optional: true, nullable: true }) payment_method?: PaymentMethod | null;
  @Text({ optional: true, nullable: true, max: 80 }) receipt_reference?: string | null;
  @Text({ optional: true, nullable: true, max: 120 }) filled_by?: string | null;
  @Text({ optional: true, nullable: true, max: 2000 }) notes?: string | null;
  @Flag({ optional: true, about: 'Record it although the answer before asked whether it is meant so.' }) confirm?: boolean;
}

export class RecordFillUpBody extends FillUpFields {
  @Uuid({ optional: true, about: 'Chosen by the sender. Sent again, it changes nothing.' }) id?: string;
  @Uuid() vehicle_id: string;
  @Uuid({ optional: true, listMax: 5, about: 'Photographed receipts that were waiting to be typed.' }) receipt_ids?: string[];
}

export class MyFillUpBody extends FillUpFields {
  @Uuid({ about: 'Chosen by the phone. Sent again, it changes nothing.' }) id: string;
  @Uuid({ optional: true, about: 'The vehicle of your shift at that hour unless said; no other is taken.' }) vehicle_id?: string;
  @Uuid({ optional: true, listMax: 5, about: 'Receipts you photographed.' }) receipt_ids?: string[];
}

export class AmendFillUpBody {
  @Text({ max: 500, about: 'Why it is corrected; kept with what it was before.' }) reason: string;
  @Instant({ optional: true }) fuel_date?: string;
  @Decimal({ optional: true, min: 0.1, max: odometerMax, places: 1, about: 'Takes the place of trip_distance.' }) odometer_reading?: number;
  @Decimal({ optional: true, min: 0.1, max: 100_000, places: 1, about: 'Takes the place of odometer_reading.' }) trip_distance?: number;
  @OneOf(distanceUnits, { optional: true }) distance_unit?: DistanceUnit;
  @OneOf(fuelTypes, { optional: true }) fuel_type?: FuelType;
  @Text({ optional: true, nullable: true, max: 10 }) fuel_grade?: string | null;
  @Decimal({ optional: true, min: -100_000, max: 100_000, places: 3 }) fuel_quantity?: number;
  @OneOf(quantityUnits, { optional: true }) unit_of_measure?: QuantityUnit;
  @Decimal({ optional: true, nullable: true, min: 0.0001, max: 1_000_000, places: 4 }) cost_per_unit?: number | null;
  @Int({ optional: true, nullable: true, min: 1, max: moneyMax, about: 'null computes it again.' }) total_cost_minor?: number | null;
  @Text({ optional: true, pattern: /^[A-Z]{3}$/, says: 'currency is three capital letters, like KES' }) currency?: string;
  @Flag({ optional: true }) is_full_tank?: boolean;
  @Flag({ optional: true }) missed_previous?: boolean;
  @Text({ optional: true, nullable: true, max: 120 }) fuel_station?: string | null;
  @Nested(() => LocationBody, { optional: true, nullable: true }) location_data?: LocationBody | null;
  @OneOf(paymentMethods, { optional: true, nullable: true }) payment_method?: PaymentMethod | null;
  @Text({ optional: true, nullable: true, max: 80 }) receipt_reference?: string | null;
  @Text({ optional: true, nullable: true, max: 120 }) filled_by?: string | null;
  @Text({ optional: true, nullable: true, max: 2000 }) notes?: string | null;
  @Flag({ optional: true }) confirm?: boolean;
}

export class ReasonBody {
  @Text({ max: 500 }) reason: string;
}

export class FuelWarningView {
  @Text() code: string;
  @Text() detail: string;
}

export class FillUpView {
  @Uuid() id: string;
  @Uuid() vehicle_id: string;
  @Text({ nullable: true }) plate: string | null;
  @Uuid({ nullable: true, about: 'Where the vehicle stood that day.' }) park_id: string | null;
  @Text({ nullable: true }) department: string | null;
  @Uuid({ nullable: true, about: 'Who had the vehicle then.' }) driver_id: string | null;
  @Uuid({ nullable: true }) shift_id: string | null;
  @Instant() fuel_date: Date;
  @Decimal({ nullable: true, about: 'As entered, in distance_unit.' }) odometer_reading: number | string | null;
  @Decimal({ nullable: true, about: 'As entered, in distance_unit.' }) trip_distance: number | string | null;
  @OneOf(distanceUnits) distance_unit: string;
  @Decimal({ nullable: true }) odometer_km: number | string | null;
  @Decimal({ nullable: true }) trip_distance_km: number | string | null;
  @Flag({ about: 'False while the reading is in doubt; it then counts in no distance.' }) odometer_counts: boolean;
  @OneOf(fuelTypes) fuel_type: string;
  @Text({ nullable: true }) fuel_grade: string | null;
  @Decimal({ about: 'As entered, in unit_of_measure.' }) fuel_quantity: number | string;
  @OneOf(quantityUnits) unit_of_measure: string;
  @Decimal({ nullable: true }) fuel_l: number | string | null;
  @Decimal({ nullable: true }) energy_kwh: number | string | null;
  @Decimal({ nullable: true }) cost_per_unit: number | string | null;
  @Int({ nullable: true }) total_cost_minor: number | string | null;
  @Flag({ about: 'The total was entered, not computed.' }) total_given: boolean;
  @Text() currency: string;
  @Flag() is_full_tank: boolean;
  @Flag() missed_previous: boolean;
  @Text({ nullable: true }) fuel_station: string | null;
  @Json({ nullable: true }) location_data: object | null;
  @OneOf(paymentMethods, { nullable: true }) payment_method: string | null;
  @Text({ nullable: true }) receipt_reference: string | null;
  @Text({ nullable: true }) filled_by: string | null;
  @Text({ nullable: true }) notes: string | null;
  @OneOf(states, { about: 'held: waits for a manager; voided: does not count and stays to be seen.' }) state: FillUpState;
  @Text({ nullable: true }) void_reason: string | null;
  @Instant({ nullable: true }) voided_at: Date | null;
  @Decimal({ nullable: true, about: 'Kilometres since the fill-up before.' }) distance_since_last: number | string | null;
  @Decimal({ nullable: true, about: 'Litres or kWh per 100 km since the fill-up before. From full tank to full tank is in the efficiency of the vehicle.' }) efficiency: number | string | null;
  @Nested(() => FuelWarningView, { listMax: 10 }) warnings: FuelWarningView[];
  @Uuid({ listMax: 20, about: 'Photographed receipts.' }) receipt_ids: string[];
  @OneOf(['staff', 'driver', 'import', 'legacy']) source: string;
  @Text() recorded_by: string;
  @Instant() created_at: Date;
  @Instant() updated_at: Date;
  @Int() version: number;
}

export class FillUpChangeView {
  @Text() id: string;
  @Instant() at: Date;
  @Text() action: string;
  @OneOf(['user', 'client', 'system']) actor_kind: string;
  @Text() actor_id: string;
  @Text({ nullable: true }) reason: string | null;
  @Json({ about: 'Field -> [before, after].' }) changes: Record<string, unknown>;
}

export class FillUpQuery extends ListQuery {
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true }) driver_id?: string;
  @Uuid({ optional: true }) park_id?: string;
  @Instant({ optional: true, about: 'At or after.' }) from?: string;
  @Instant({ optional: true, about: 'Before.' }) to?: string;
  @OneOf(states, { optional: true, about: 'All unless said.' }) state?: FillUpState;
  @OneOf(fuelTypes, { optional: true }) fuel_type?: FuelType;
  @Text({ optional: true, pattern: /^[A-Z]{3}$/ }) currency?: string;
  @Text({ optional: true, max: 80, about: 'Part of station or receipt reference.' }) q?: string;
}

export class FillUpExportQuery extends FillUpQuery {
  @OneOf(['csv', 'xlsx'], { optional: true, about: 'csv unless said.' }) format?: 'csv' | 'xlsx';
}
