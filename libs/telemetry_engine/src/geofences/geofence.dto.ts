import { Decimal, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { motionStates, type MotionState } from '../read/state';

export const verticesMax = 200;

export class PlaceBody {
  @Decimal({ min: -89, max: 89, places: 7 }) lat: number;
  @Decimal({ min: -180, max: 180, places: 7 }) lon: number;
}

/** A circle has a centre and a radius, a polygon its corners. */
export class ShapeBody {
  @OneOf(['circle', 'polygon']) type: 'circle' | 'polygon';
  @Nested(() => PlaceBody, { optional: true }) centre?: PlaceBody;
  @Decimal({ optional: true, min: 20, max: 100_000, places: 1 }) radius_m?: number;
  @Nested(() => PlaceBody, { optional: true, listMax: verticesMax, about: 'Three corners or more, in order, the first not repeated. It must not cross itself or the date line.' }) vertices?: PlaceBody[];
}

export class GeofenceBody {
  @Text({ max: 80 }) name: string;
  @Nested(() => ShapeBody) shape: ShapeBody;
  @Uuid({ optional: true, nullable: true, about: 'Only vehicles of this park; all of the account without it.' }) park_id?: string | null;
  @Int({ optional: true, nullable: true, min: 1, max: 10_080, about: 'Tells when a vehicle stays inside for so long.' }) dwell_minutes?: number | null;
}

export class AmendGeofenceBody {
  @Text({ optional: true, max: 80 }) name?: string;
  @Nested(() => ShapeBody, { optional: true }) shape?: ShapeBody;
  @Int({ optional: true, nullable: true, min: 1, max: 10_080 }) dwell_minutes?: number | null;
}

export class GeofenceView {
  @Uuid() id: string;
  @Text() name: string;
  @Nested(() => ShapeBody) shape: ShapeBody;
  @Uuid({ nullable: true }) park_id: string | null;
  @Int({ nullable: true }) dwell_minutes: number | null;
  @Instant() created_at: Date;
  @Instant() updated_at: Date;
  @Int() version: number;
}

export class GeofenceQuery extends ListQuery {
  @Uuid({ optional: true, about: 'Geofences of this park only.' }) park_id?: string;
}

export class VehicleInsideView {
  @Uuid() vehicle_id: string;
  @Text() plate: string;
  @Instant({ about: 'When it was last heard.' }) at: Date;
  @Instant({ nullable: true, about: 'When it was at this place.' }) position_at: Date | null;
  @OneOf(motionStates) state: MotionState;
}
