import { Decimal, Flag, Instant, Int, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';
import { distanceUnits, type DistanceUnit } from '../rules/units';

const odometerMax = 9_999_999;

export class LogTripBody {
  @Uuid({ optional: true, about: 'Chosen by the sender. Sent again, it changes nothing.' }) id?: string;
  @Uuid() vehicle_id: string;
  @Uuid({ optional: true, nullable: true, about: 'Who had the vehicle then unless said.' }) driver_id?: string | null;
  @Instant() start_at: string;
  @Instant() end_at: string;
  @Decimal({ min: 0, max: odometerMax, places: 1 }) odo_start: number;
  @Decimal({ min: 0, max: odometerMax, places: 1 }) odo_end: number;
  @OneOf(distanceUnits, { optional: true, about: "The vehicle's own unit unless said." }) distance_unit?: DistanceUnit;
  @Text({ optional: true, nullable: true, max: 1000 }) note?: string | null;
}

export class AmendTripBody {
  @Text({ max: 500 }) reason: string;
  @Uuid({ optional: true, nullable: true }) driver_id?: string | null;
  @Instant({ optional: true }) start_at?: string;
  @Instant({ optional: true }) end_at?: string;
  @Decimal({ optional: true, min: 0, max: odometerMax, places: 1 }) odo_start?: number;
  @Decimal({ optional: true, min: 0, max: odometerMax, places: 1 }) odo_end?: number;
  @Text({ optional: true, nullable: true, max: 1000 }) note?: string | null;
}

export class TripLogView {
  @Uuid() id: string;
  @Uuid() vehicle_id: string;
  @Text({ nullable: true }) plate: string | null;
  @Uuid({ nullable: true }) driver_id: string | null;
  @OneOf(['manual', 'detected']) source: string;
  @Instant({ nullable: true }) start_at: Date | null;
  @Instant({ nullable: true }) end_at: Date | null;
  @Decimal({ nullable: true, about: 'As entered, in distance_unit.' }) odo_start: number | string | null;
  @Decimal({ nullable: true }) odo_end: number | string | null;
  @OneOf(distanceUnits) distance_unit: string;
  @Decimal({ nullable: true }) distance_km: number | string | null;
  @Decimal({ nullable: true }) fuel_l: number | string | null;
  @Text({ nullable: true }) note: string | null;
  @Instant({ nullable: true, about: 'Set when the trip does not count.' }) withdrawn_at: Date | null;
  @Text({ nullable: true }) withdraw_reason: string | null;
  @Text() recorded_by: string;
  @Instant() created_at: Date;
  @Int() version: number;
}

export class TripQuery extends ListQuery {
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true }) driver_id?: string;
  @OneOf(['manual', 'detected'], { optional: true }) source?: string;
  @Instant({ optional: true, about: 'Begun at or after.' }) from?: string;
  @Instant({ optional: true, about: 'Begun before.' }) to?: string;
  @Flag({ optional: true, fromText: true, about: 'Also those that do not count.' }) withdrawn?: boolean;
}
