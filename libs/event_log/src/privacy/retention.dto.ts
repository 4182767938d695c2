import { Instant, Int } from '@fleet/platform/http';

export class RetentionView {
  @Instant({ about: 'Seven years ago.' }) keep_since: Date;
  @Int() events_past_retention: number;
  @Instant({ nullable: true }) oldest_at: Date | null;
}
