import { Decimal, Instant, OneOf, Text, Uuid } from '@fleet/platform/http';

export class RecordOdometerBody {
  @Decimal({ min: 0, max: 99_999_999, places: 1 }) odometer_km: number;
  @Instant({ optional: true, about: 'When it was read; now unless said.' }) at?: string;
  @OneOf(['manual', 'service', 'handover'], { optional: true, about: 'manual unless said.' }) source?: 'manual' | 'service' | 'handover';
}

export class VoidReadingBody {
  @Text({ max: 300 }) reason: string;
}

export class OdometerReadingView {
  @Uuid() id: string;
  @Instant() at: Date;
  @Decimal() odometer_km: number | string;
  @OneOf(['manual', 'telemetry', 'fuel', 'service', 'handover', 'import']) source: string;
  @Text({ nullable: true }) source_ref: string | null;
  @Text() recorded_by: string;
  @Instant() recorded_at: Date;
  @Instant({ nullable: true, about: 'Set when the reading does not count.' }) voided_at: Date | null;
  @Text({ nullable: true }) void_reason: string | null;
}
