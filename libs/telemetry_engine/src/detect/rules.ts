/** Thresholds an account may set. Names carry the units; the bounds stand in setting.dto.ts. */
export interface MotionRules {
  trip_min_speed_kmh: number;
  trip_min_duration_s: number;
  trip_min_distance_m: number;
  trip_stop_s: number;
  trip_gap_s: number;
  idle_min_s: number;
  overspeed_kmh: number;
  overspeed_min_s: number;
  harsh_acceleration_ms2: number;
  harsh_braking_ms2: number;
  harsh_cornering_ms2: number;
  /** Samples further apart than this say nothing about a driver's foot. */
  harsh_sample_max_s: number;
  harsh_quiet_s: number;
  towing_min_m: number;
  jamming_min_s: number;
  geofence_margin_m: number;
  silent_after_minutes: number;
}

export const defaultRules: MotionRules = {
  trip_min_speed_kmh: 5,
  trip_min_duration_s: 60,
  trip_min_distance_m: 150,
  trip_stop_s: 180,
  trip_gap_s: 300,
  idle_min_s: 300,
  overspeed_kmh: 110,
  overspeed_min_s: 20,
  harsh_acceleration_ms2: 2.8,
  harsh_braking_ms2: 3.2,
  harsh_cornering_ms2: 4,
  harsh_sample_max_s: 10,
  harsh_quiet_s: 15,
  towing_min_m: 300,
  jamming_min_s: 90,
  geofence_margin_m: 40,
  silent_after_minutes: 240,
};
