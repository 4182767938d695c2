import { Instant, Int, OneOf, Text, Uuid } from '@fleet/platform/http';

export class EventEvidenceView {
  @Uuid() id: string;
  @OneOf(['file', 'telemetry']) kind: string;
  @Text({ nullable: true }) content_type: string | null;
  @Int({ nullable: true }) size_bytes: number | null;
  @Int({ nullable: true, about: 'Whose samples, between from and to.' }) vehicle_no: number | null;
  @Instant({ nullable: true }) from: Date | null;
  @Instant({ nullable: true }) to: Date | null;
  @Text() by_id: string;
  @Instant() at: Date;
}

export class TelemetrySpanBody {
  @Uuid({ about: 'Of the vehicle whose samples show it.' }) vehicle_id: string;
  @Instant() from: string;
  @Instant({ about: 'At most a day after from.' }) to: string;
}
