import { Decimal, Flag, Instant, Int, Json, Text, Uuid } from '@fleet/platform/http';

/** What a sample may say, in the names that go in and come out. */
export class SampleFields {
  @Decimal({ optional: true, nullable: true, min: -90, max: 90, places: 7 }) lat?: number | null;
  @Decimal({ optional: true, nullable: true, min: -180, max: 180, places: 7 }) lon?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0, max: 320 }) speed_kmh?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0, max: 360 }) heading_deg?: number | null;
  @Decimal({ optional: true, nullable: true, min: -500, max: 9000 }) altitude_m?: number | null;
  @Int({ optional: true, nullable: true, min: 0, max: 100 }) satellites?: number | null;
  @Flag({ optional: true, nullable: true, about: 'False when the device doubts its fix.' }) valid?: boolean | null;
  @Flag({ optional: true, nullable: true }) ignition?: boolean | null;
  @Decimal({ optional: true, nullable: true, min: 0 }) fuel_rate_lph?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0 }) fuel_level_l?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0, max: 110 }) fuel_level_pct?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0 }) odometer_km?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0 }) engine_hours?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0 }) rpm?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0 }) engine_load_pct?: number | null;
  @Decimal({ optional: true, nullable: true, min: -60 }) coolant_c?: number | null;
  @Decimal({ optional: true, nullable: true, min: 0 }) voltage_v?: number | null;
  @Int({ optional: true, nullable: true, min: 0, about: 'Bit 0 is input 1.' }) inputs?: number | null;
  @Int({ optional: true, nullable: true, min: 0, about: 'Bit 0 is output 1. A relay shows here.' }) outputs?: number | null;
  @Text({ optional: true, nullable: true, max: 16, listMax: 32, about: 'Trouble codes like P0420.' }) dtcs?: string[] | null;
  @Text({ optional: true, nullable: true, max: 64 }) driver_key?: string | null;
  @Json({ optional: true, nullable: true, about: 'Up to 64 other facts.' }) extras?: Record<string, string | number | boolean> | null;
}

export class SampleBody extends SampleFields {
  @Text({ optional: true, max: 64, about: 'IMEI or the name the device reports; or say vehicle_id.' }) device_id?: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Instant({ about: 'When the device measured: ISO 8601 or epoch milliseconds.' }) at: string | number;
}
