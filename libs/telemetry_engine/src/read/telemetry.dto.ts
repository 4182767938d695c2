import { Decimal, Flag, Instant, Int, Json, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { SampleFields } from '../ingest/sample.dto';
import { markNames, type Mark } from '../pipeline/reasons';
import { motionStates, type MotionState } from './state';

export class SampleView extends SampleFields {
  @Instant({ about: 'When the device measured.' }) at: Date;
  @Instant({ about: 'When it reached us.' }) received_at: Date;
  @OneOf(markNames, { listMax: 10, about: 'What is doubtful about it.' }) marks: Mark[];
}

export class RecentQuery {
  @Int({ optional: true, fromText: true, min: 1, max: 1000, about: '10 unless said.' }) limit?: number;
  @Text({ optional: true, max: 100, about: 'The next_cursor of the page before.' }) cursor?: string;
  @Text({ optional: true, max: 1000, about: 'Comma separated fields to answer with.' }) fields?: string;
}

export class LastPositionView {
  @Uuid() vehicle_id: string;
  @Instant({ about: 'Its last sample.' }) at: Date;
  @Instant() received_at: Date;
  @Decimal({ nullable: true }) lat: number | null;
  @Decimal({ nullable: true }) lon: number | null;
  @Instant({ nullable: true, about: 'When it was at this place; older than `at` when it has lost its fix.' }) position_at: Date | null;
  @Decimal({ nullable: true }) heading_deg: number | null;
  @Decimal({ nullable: true }) speed_kmh: number | null;
  @Flag({ nullable: true }) ignition: boolean | null;
  @Decimal({ nullable: true }) odometer_km: number | null;
  @Decimal({ nullable: true }) fuel_level_l: number | null;
  @Decimal({ nullable: true }) fuel_level_pct: number | null;
  @Decimal({ nullable: true }) voltage_v: number | null;
  @OneOf(motionStates, { about: 'A silent vehicle has no_data, whatever it did last.' }) state: MotionState;
}

export class NamedFenceView {
  @Uuid() id: string;
  @Text() name: string;
}

export class VehicleNowView {
  @Uuid() vehicle_id: string;
  @Nested(() => LastPositionView, { nullable: true, about: 'null before it was ever heard.' }) last: LastPositionView | null;
  @Instant({ nullable: true, about: 'When the trip or stop it is in began; null where none goes on.' }) since_at: Date | null;
  @Nested(() => NamedFenceView, { listMax: 100, about: 'Geofences around its last place.' }) geofences: NamedFenceView[];
}

export class LastQuery {
  @Text({ optional: true, max: 100 }) cursor?: string;
  @Int({ optional: true, fromText: true, min: 1, max: 5000, about: '500 unless said.' }) limit?: number;
  @Text({ optional: true, max: 100, about: 'west,south,east,north in degrees.', example: '36.6,-1.5,37.1,-1.1' }) bbox?: string;
  @OneOf(motionStates, { optional: true }) state?: MotionState;
  @Text({ optional: true, max: 1000 }) fields?: string;
}

export class LiveQuery {
  @Text({ optional: true, max: 100, about: 'west,south,east,north in degrees.' }) bbox?: string;
}

export class SpanQuery {
  @Instant({ optional: true, about: 'A day before `to` unless said.' }) from?: string;
  @Instant({ optional: true, about: 'Now unless said.' }) to?: string;
}

export class HistoryQuery extends SpanQuery {
  @Int({ optional: true, fromText: true, min: 1, max: 86_400, about: 'Seconds a point stands for; chosen for up to 2,000 points unless said.' }) step?: number;
  @Text({ optional: true, max: 1000 }) fields?: string;
}

export class TrackExportQuery extends SpanQuery {
  @OneOf(['gpx', 'csv', 'ndjson'], { optional: true, about: 'gpx unless said. ndjson is what the upload takes.' }) format?: 'gpx' | 'csv' | 'ndjson';
}

export class HistoryPointView {
  @Instant() at: Date;
  @Decimal({ nullable: true }) lat: number | null;
  @Decimal({ nullable: true }) lon: number | null;
  @Decimal({ nullable: true }) speed_kmh: number | null;
  @Decimal({ nullable: true }) heading_deg: number | null;
  @Flag({ nullable: true }) ignition: boolean | null;
  @Decimal({ nullable: true }) odometer_km: number | null;
  @Decimal({ nullable: true }) fuel_level_l: number | null;
  @Decimal({ nullable: true }) fuel_level_pct: number | null;
  @Int({ about: 'Grows by one wherever nothing was heard for five minutes. Never draw a line from one to the next.' }) segment: number;
  @OneOf(markNames, { listMax: 10 }) marks: Mark[];
}

export class GapView {
  @Instant() from_at: Date;
  @Instant() to_at: Date;
  @Decimal() minutes: number;
}

export class TrustQuery {
  @Int({ optional: true, fromText: true, min: 1, max: 168, about: 'Hours to look back, 24 unless said.' }) hours?: number;
}

export class TrustView {
  @Uuid() vehicle_id: string;
  @Instant() from_at: Date;
  @Instant() to_at: Date;
  @Instant({ nullable: true }) last_at: Date | null;
  @Int({ nullable: true, about: 'Seconds since its last sample was measured.' }) freshness_s: number | null;
  @Int() samples: number;
  @Decimal({ nullable: true, about: 'From measuring to arriving; half of the samples were faster.' }) delay_s_median: number | null;
  @Decimal({ nullable: true, about: 'Nineteen of twenty samples were faster.' }) delay_s_p95: number | null;
  @Int({ about: 'Came more than a minute after they were measured.' }) late: number;
  @Int({ about: 'Sent twice, by days that touch the span.' }) duplicates: number;
  @Json({ about: 'Mark -> samples.' }) marked: Record<string, number>;
  @Json({ about: 'Reason -> samples set aside.' }) rejected: Record<string, number>;
  @Int({ about: 'Silences of more than five minutes.' }) gap_count: number;
  @Decimal({ about: 'Share of the span without such a silence.' }) coverage: number;
  @Nested(() => GapView, { listMax: 100, about: 'The longest of them.' }) gaps: GapView[];
}
