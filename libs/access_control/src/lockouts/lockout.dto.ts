import { Flag, Instant, ListQuery, OneOf, Text, Uuid } from '@fleet/platform/http';
import { lockoutReasons, type LockoutReason } from '../rules/words';

export class OpenLockoutBody {
  @Uuid({ optional: true }) driver_id?: string;
  @Uuid({ optional: true, about: 'Either a driver or a vehicle. Debt is always the driver’s.' }) vehicle_id?: string;
  @OneOf(lockoutReasons) reason_code: LockoutReason;
  @Text({ optional: true, min: 3, max: 1000 }) note?: string;
  @Instant({ optional: true, about: 'Until somebody lifts it, unless said.' }) until?: string;
}

export class LiftLockoutBody {
  @Text({ min: 3, max: 300 }) reason: string;
}

export class ExtendLockoutBody {
  @Instant({ nullable: true, about: 'null: until somebody lifts it.' }) until: string | null;
}

export class LockoutView {
  @Uuid() id: string;
  @OneOf(['driver', 'vehicle']) subject_type: 'driver' | 'vehicle';
  @Uuid() subject_id: string;
  @OneOf(lockoutReasons) reason_code: LockoutReason;
  @Text({ nullable: true }) note: string | null;
  @OneOf(['open', 'lifted', 'expired']) state: 'open' | 'lifted' | 'expired';
  @Text() opened_by: string;
  @Instant() opened_at: Date;
  @Instant({ nullable: true }) until: Date | null;
  @Text({ nullable: true }) lifted_by: string | null;
  @Instant({ nullable: true }) lifted_at: Date | null;
  @Text({ nullable: true }) lift_reason: string | null;
}

export class LockoutLogView {
  @Instant() at: Date;
  @OneOf(['opened', 'extended', 'lifted', 'expired']) what: string;
  @Text() reason_code: string;
  @Instant({ nullable: true }) until: Date | null;
  @Text() actor_kind: string;
  @Text() actor_id: string;
}

export class LockoutsQuery extends ListQuery {
  @Uuid({ optional: true }) driver_id?: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @OneOf(lockoutReasons, { optional: true }) reason_code?: LockoutReason;
  @Flag({ optional: true, fromText: true, about: 'Only those that hold now.' }) open?: boolean;
}
