import { detectionKinds } from '@fleet/contracts';
import { Decimal, Flag, Instant, Int, Json, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { FleetPeriodQuery, TripPlaceView } from '../trips/trip.dto';

export class DetectionQuery extends FleetPeriodQuery {
  @Text({ optional: true, max: 300, about: `Comma separated: ${detectionKinds.join(', ')}.` }) kind?: string;
  @Uuid({ optional: true, about: 'Entering, leaving and staying in this geofence only.' }) geofence_id?: string;
}

export class DetectionExportQuery extends DetectionQuery {
  @OneOf(['csv', 'xlsx'], { optional: true, about: 'csv unless said.' }) format?: 'csv' | 'xlsx';
}

export class DetectionView {
  @Uuid() id: string;
  @Uuid() vehicle_id: string;
  @Text() plate: string;
  @OneOf(detectionKinds) kind: string;
  @Int({ about: 'Grows when late samples change it; the id stays.' }) revision: number;
  @Instant() at: Date;
  @Instant({ nullable: true, about: 'null while it goes on.' }) to_at: Date | null;
  @Nested(() => TripPlaceView, { nullable: true }) place: TripPlaceView | null;
  @Decimal({ nullable: true, about: 'What was measured; null while it goes on.' }) value: number | null;
  @Decimal({ nullable: true, about: 'What it was measured against.' }) limit: number | null;
  @Text({ nullable: true }) unit: string | null;
  @Json() details: Record<string, unknown>;
}

export class EvidenceView {
  @Instant() at: Date;
  @Decimal({ nullable: true }) lat: number | null;
  @Decimal({ nullable: true }) lon: number | null;
  @Decimal({ nullable: true }) speed_kmh: number | null;
  @Decimal({ nullable: true }) heading_deg: number | null;
  @Flag({ nullable: true }) ignition: boolean | null;
  @Int({ nullable: true }) satellites: number | null;
}

export class DetectionWithEvidenceView extends DetectionView {
  @Nested(() => EvidenceView, { listMax: 20, about: 'The samples it was seen in: the first of them and the last.' }) evidence: EvidenceView[];
}
