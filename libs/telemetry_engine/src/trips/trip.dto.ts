import { Decimal, Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export class PeriodQuery extends ListQuery {
  @Instant({ optional: true, about: 'A day before `to` unless said.' }) from?: string;
  @Instant({ optional: true, about: 'Now unless said.' }) to?: string;
}

/** Of the whole fleet unless one vehicle is named. */
export class FleetPeriodQuery extends PeriodQuery {
  @Uuid({ optional: true }) vehicle_id?: string;
  @Text({ optional: true, max: 20, about: 'However it is written.' }) plate?: string;
}

export class StretchExportQuery extends FleetPeriodQuery {
  @OneOf(['csv', 'xlsx'], { optional: true, about: 'csv unless said.' }) format?: 'csv' | 'xlsx';
}

export class TripPlaceView {
  @Decimal() lat: number;
  @Decimal() lon: number;
}

export class TripView {
  @Uuid() id: string;
  @Uuid() vehicle_id: string;
  @Text() plate: string;
  @Int({ about: 'Grows when late samples change the trip; the id stays.' }) revision: number;
  @Instant() from_at: Date;
  @Instant({ nullable: true, about: 'null while it goes on; its figures follow then.' }) to_at: Date | null;
  @Nested(() => TripPlaceView) from_place: TripPlaceView;
  @Nested(() => TripPlaceView, { nullable: true }) to_place: TripPlaceView | null;
  @Decimal({ nullable: true }) distance_km: number | null;
  @Int({ nullable: true }) moving_s: number | null;
  @Int({ nullable: true, about: 'Standing with the engine running.' }) idle_s: number | null;
  @Int({ nullable: true, about: 'Standing for less than ends a trip.' }) stopped_s: number | null;
  @Int({ nullable: true, about: 'Heard nothing: neither driving nor standing.' }) no_data_s: number | null;
  @Decimal({ nullable: true }) max_speed_kmh: number | null;
  @Decimal({ nullable: true, about: 'From the fuel rate, where the vehicle tells it.' }) fuel_l: number | null;
  @OneOf(['stop', 'gap'], { nullable: true, about: 'gap: it was heard last while it drove.' }) ended_by: string | null;
  @Decimal({ nullable: true, about: 'Share of the driving whose samples were close enough to judge harsh driving; the rest is not judged.' }) harsh_judged_share: number | null;
}

export class TrackPointView {
  @Instant() at: Date;
  @Decimal() lat: number;
  @Decimal() lon: number;
  @Decimal({ nullable: true }) speed_kmh: number | null;
}

export class TripWithTrackView extends TripView {
  @Flag({ about: 'False when its samples are older than a week and gone.' }) track_kept: boolean;
  @Nested(() => TrackPointView, { listMax: 2000, about: 'Simplified to within some ten metres.' }) track: TrackPointView[];
}

export class StopView {
  @Uuid() id: string;
  @Uuid() vehicle_id: string;
  @Text() plate: string;
  @Int() revision: number;
  @Instant() from_at: Date;
  @Instant({ nullable: true, about: 'null while it stands there.' }) to_at: Date | null;
  @Nested(() => TripPlaceView) place: TripPlaceView;
  @Int({ nullable: true }) idle_s: number | null;
  @Int({ nullable: true }) stopped_s: number | null;
  @Int({ nullable: true, about: 'Heard nothing meanwhile.' }) no_data_s: number | null;
}
