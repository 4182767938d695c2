import { Flag, Instant, Json, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export class ReasonView {
  @Text({ about: 'The rule that speaks.' }) rule: string;
  @Text() code: string;
  @Text() detail: string;
  @Json({ optional: true }) facts?: Record<string, unknown>;
}

export class AccessStatusView {
  @Uuid() driver_id: string;
  @OneOf(['allowed', 'denied']) status: 'allowed' | 'denied';
  @Flag() allowed: boolean;
  @Nested(() => ReasonView, { listMax: 50, about: 'Every reason, not only the first.' }) reasons: ReasonView[];
  @Json({ about: 'What the judgement rests on.' }) facts: Record<string, unknown>;
  @Instant() checked_at: Date;
}

export class VehicleLockoutView {
  @Uuid() id: string;
  @Text() reason_code: string;
  @Instant({ nullable: true }) until: Date | null;
}

export class RentalStatusView {
  @Uuid() vehicle_id: string;
  @OneOf(['rented', 'on_shift', 'available', 'locked_out', 'out_of_service'], { about: 'locked_out and out_of_service say that nobody may take it; who has it stands beside.' })
  rental_status: string;
  @Uuid({ nullable: true }) driver_id: string | null;
  @Instant({ nullable: true, about: 'Since when that driver has it.' }) since: Date | null;
  @Nested(() => VehicleLockoutView, { listMax: 20 }) lockouts: VehicleLockoutView[];
  @OneOf(['immobilized', 'released', 'unknown', 'never'], { about: 'What the last command that ended did.' }) immobilization: string;
}
