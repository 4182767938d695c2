import { Decimal, Instant, Int } from '@fleet/platform/http';

export class AmendMotionSettingsBody {
  @Decimal({ optional: true, min: 3, max: 30, places: 1, about: 'A trip begins with a step at least this fast.' }) trip_min_speed_kmh?: number;
  @Int({ optional: true, min: 0, max: 3600, about: 'Less driving than this is no trip.' }) trip_min_duration_s?: number;
  @Int({ optional: true, min: 0, max: 10_000 }) trip_min_distance_m?: number;
  @Int({ optional: true, min: 30, max: 3600, about: 'Standing this long ends a trip.' }) trip_stop_s?: number;
  @Int({ optional: true, min: 60, max: 7200, about: 'A silence this long ends a trip where it was heard last.' }) trip_gap_s?: number;
  @Int({ optional: true, min: 60, max: 7200 }) idle_min_s?: number;
  @Int({ optional: true, min: 5, max: 250, about: 'For vehicles without a limit of their own.' }) overspeed_kmh?: number;
  @Int({ optional: true, min: 0, max: 600 }) overspeed_min_s?: number;
  @Decimal({ optional: true, min: 1, max: 15, places: 2 }) harsh_acceleration_ms2?: number;
  @Decimal({ optional: true, min: 1, max: 15, places: 2 }) harsh_braking_ms2?: number;
  @Decimal({ optional: true, min: 1, max: 15, places: 2 }) harsh_cornering_ms2?: number;
  @Int({ optional: true, min: 1, max: 30, about: 'Samples further apart are not judged: a mean over so long says nothing about a pedal.' }) harsh_sample_max_s?: number;
  @Int({ optional: true, min: 0, max: 300, about: 'What follows within this time is the same act.' }) harsh_quiet_s?: number;
  @Int({ optional: true, min: 100, max: 10_000, about: 'So far from where it was parked, with the ignition off.' }) towing_min_m?: number;
  @Int({ optional: true, min: 30, max: 1800 }) jamming_min_s?: number;
  @Int({ optional: true, min: 0, max: 500, about: 'So far outside a geofence a vehicle has left it.' }) geofence_margin_m?: number;
  @Int({ optional: true, min: 15, max: 10_080, about: 'A device that used to talk and says nothing for so long is told of.' }) silent_after_minutes?: number;
}

export class MotionSettingsView {
  @Decimal() trip_min_speed_kmh: number;
  @Int() trip_min_duration_s: number;
  @Int() trip_min_distance_m: number;
  @Int() trip_stop_s: number;
  @Int() trip_gap_s: number;
  @Int() idle_min_s: number;
  @Int() overspeed_kmh: number;
  @Int() overspeed_min_s: number;
  @Decimal() harsh_acceleration_ms2: number;
  @Decimal() harsh_braking_ms2: number;
  @Decimal() harsh_cornering_ms2: number;
  @Int() harsh_sample_max_s: number;
  @Int() harsh_quiet_s: number;
  @Int() towing_min_m: number;
  @Int() jamming_min_s: number;
  @Int() geofence_margin_m: number;
  @Int() silent_after_minutes: number;
  @Instant({ nullable: true, about: 'null while nobody changed the defaults.' }) updated_at: Date | null;
  @Int() version: number;
}

export class SpeedLimitBody {
  @Int({ min: 5, max: 250, nullable: true, about: 'null: the limit of the account.' }) limit_kmh: number | null;
}

export class SpeedLimitView {
  @Int({ about: 'What counts for this vehicle.' }) limit_kmh: number;
  @Int({ nullable: true, about: 'Its own, if it has one.' }) own_kmh: number | null;
}
