import { Day, Decimal, Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import type { ShiftKind } from '../rules/assignment';

export const shiftKinds = ['shift', 'rental'] as const;
export const shiftStates = ['planned', 'open', 'closed', 'cancelled'] as const;
export type ShiftState = (typeof shiftStates)[number];

const overrideAbout = 'Lets an admin pass over papers and hours, and is kept. Nothing else can be passed over.';

/** What is seen and said when a vehicle changes hands. */
export class HandoverBody {
  @Instant({ optional: true, about: 'When it happened; now unless said.' }) at?: string;
  @Decimal({ optional: true, min: 0, max: 99_999_999, places: 1 }) odometer_km?: number;
  @Decimal({ optional: true, min: 0, max: 100, places: 2 }) fuel_level_pct?: number;
  @Text({ optional: true, max: 2000 }) damage_notes?: string;
  @Uuid({ optional: true, listMax: 20, about: 'Photographs uploaded before.' }) photo_file_ids?: string[];
}

export class PlanShiftBody {
  @Uuid({ optional: true, about: 'Chosen by the sender; sent again, it plans nothing twice.' }) id?: string;
  @Uuid() driver_id: string;
  @Uuid() vehicle_id: string;
  @OneOf(shiftKinds, { optional: true, about: 'shift unless said; a rental has no limits of hours.' }) kind?: ShiftKind;
  @Instant() from: string;
  @Instant() to: string;
  @Text({ optional: true, max: 500, about: overrideAbout }) override_reason?: string;
}

export class ReplanShiftBody {
  @Uuid({ optional: true }) vehicle_id?: string;
  @Instant({ optional: true }) from?: string;
  @Instant({ optional: true }) to?: string;
  @Text({ optional: true, max: 500, about: overrideAbout }) override_reason?: string;
}

export class CheckInBody extends HandoverBody {
  @Text({ optional: true, max: 500, about: overrideAbout }) override_reason?: string;
}

export class StartShiftBody extends CheckInBody {
  @Uuid({ optional: true }) id?: string;
  @Uuid() driver_id: string;
  @Uuid() vehicle_id: string;
  @OneOf(shiftKinds, { optional: true, about: 'shift unless said.' }) kind?: ShiftKind;
}

export class CheckOutBody extends HandoverBody {
  @Uuid({ optional: true, about: 'Of this check-out; sent again, it changes nothing.' }) id?: string;
}

export class CancelShiftBody {
  @Text({ max: 500 }) reason: string;
}

export class CorrectShiftBody {
  @Instant({ optional: true }) from?: string;
  @Instant({ optional: true, about: 'Only of a shift that has ended.' }) to?: string;
  @Text({ max: 500 }) reason: string;
}

export class ShiftWarningView {
  @Text() code: string;
  @Text() detail: string;
}

export class ShiftView {
  @Uuid() id: string;
  @Uuid() driver_id: string;
  @Int() driver_no: number;
  @Uuid() vehicle_id: string;
  @Text({ nullable: true, about: 'null when the vehicle is in a park you may not see.' }) plate: string | null;
  @OneOf(shiftKinds) kind: ShiftKind;
  @OneOf(shiftStates) state: ShiftState;
  @Instant({ nullable: true }) planned_from: Date | null;
  @Instant({ nullable: true }) planned_to: Date | null;
  @Instant({ nullable: true }) from: Date | null;
  @Instant({ nullable: true, about: 'null while the driver has the vehicle.' }) to: Date | null;
  @Decimal({ nullable: true }) start_odometer_km: number | string | null;
  @Decimal({ nullable: true }) end_odometer_km: number | string | null;
  @Decimal({ nullable: true }) start_fuel_pct: number | string | null;
  @Decimal({ nullable: true }) end_fuel_pct: number | string | null;
  @Text({ nullable: true }) start_damage_notes: string | null;
  @Text({ nullable: true }) end_damage_notes: string | null;
  @Uuid({ listMax: 20 }) start_file_ids: string[];
  @Uuid({ listMax: 20 }) end_file_ids: string[];
  @Text({ nullable: true }) cancel_reason: string | null;
  @Text({ listMax: 10, about: 'Codes an admin let pass.' }) overridden: string[];
  @Nested(() => ShiftWarningView, { listMax: 10 }) warnings: ShiftWarningView[];
  @Text() created_by: string;
  @Instant() created_at: Date;
  @Int() version: number;
}

export class ShiftCorrectionView {
  @Text() id: string;
  @Instant() at: Date;
  @OneOf(['user', 'client', 'system']) actor_kind: string;
  @Text() actor_id: string;
  @Instant() was_from: Date;
  @Instant({ nullable: true }) was_to: Date | null;
  @Instant({ nullable: true, about: 'null when the shift was voided.' }) became_from: Date | null;
  @Instant({ nullable: true }) became_to: Date | null;
  @Text({ nullable: true }) reason: string | null;
}

export class ShiftQuery extends ListQuery {
  @Uuid({ optional: true }) driver_id?: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @OneOf(shiftStates, { optional: true }) state?: ShiftState;
  @OneOf(shiftKinds, { optional: true }) kind?: ShiftKind;
  @Uuid({ optional: true, about: 'Of the driver.' }) park_id?: string;
  @Instant({ optional: true, about: 'Shifts that last after this moment.' }) from?: string;
  @Instant({ optional: true, about: 'Shifts that begin before this moment.' }) to?: string;
}

export class AssignmentQuery {
  @Uuid() driver_id: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @OneOf(shiftKinds, { optional: true }) kind?: ShiftKind;
  @Instant({ optional: true, about: 'Now unless said.' }) from?: string;
  @Instant({ optional: true }) to?: string;
}

export class AssignmentFaultView {
  @Text() code: string;
  @Text() detail: string;
  @Flag({ about: 'An admin may let it pass with a reason.' }) overridable: boolean;
}

export class AssignmentView {
  @Flag() allowed: boolean;
  @Nested(() => AssignmentFaultView, { listMax: 20 }) faults: AssignmentFaultView[];
}

export class HoursQuery {
  @Day() from: string;
  @Day({ about: 'Last day, included; at most 92 days after the first.' }) to: string;
}

export class HoursView {
  @Day({ about: 'In the time zone of the account.' }) day: string;
  @Int({ about: 'Real minutes: a night the clock is put forward is an hour shorter.' }) minutes: number;
  @Int() shifts: number;
}

export class HoursOfDriverView {
  @Text() time_zone: string;
  @Int() minutes: number;
  @Nested(() => HoursView, { listMax: 93 }) days: HoursView[];
}
