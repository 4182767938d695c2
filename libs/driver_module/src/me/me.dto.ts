import { Day, Decimal, Flag, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { feedbackTopics, RatingView, type FeedbackTopic } from '../feedback/feedback.dto';
import { ChecklistStepView } from '../onboarding/checklist.dto';
import { statuses, type Status } from '../rules/life-cycle';
import { AssignmentFaultView, HandoverBody, ShiftView } from '../shifts/shift.dto';

export const reportKinds = ['available', 'on_trip', 'break', 'off', 'breakdown', 'incident'] as const;

export class MyProfileView {
  @Uuid() id: string;
  @Int() driver_no: number;
  @Text({ nullable: true }) name: string | null;
  @Text({ nullable: true }) phone: string | null;
  @Text({ nullable: true }) email: string | null;
  @Day({ nullable: true }) birth_date: string | null;
  @Text({ nullable: true }) address: string | null;
  @OneOf(statuses) status: Status;
  @Day({ nullable: true }) hired_on: string | null;
  @Flag({ about: 'Nothing speaks against taking a vehicle now.' }) may_drive: boolean;
  @Nested(() => AssignmentFaultView, { listMax: 20, about: 'Why not, when not.' }) blocked_by: AssignmentFaultView[];
  @Nested(() => ChecklistStepView, { listMax: 30 }) checklist: ChecklistStepView[];
  @Nested(() => RatingView) rating: RatingView;
}

export class MyShiftView {
  @Nested(() => ShiftView, { nullable: true }) current: ShiftView | null;
  @Nested(() => ShiftView, { nullable: true, about: 'The next planned one.' }) next: ShiftView | null;
}

export class MyVehicleView {
  @Uuid() id: string;
  @Text() plate: string;
  @Text() fuel_type: string;
  @Decimal({ nullable: true }) odometer_km: number | null;
  @Uuid() shift_id: string;
  @Instant() since: Date;
}

export class MyVehicleAnswer {
  @Nested(() => MyVehicleView, { nullable: true, about: 'null while the driver has none.' }) vehicle: MyVehicleView | null;
}

export class MyCheckInBody extends HandoverBody {
  @Uuid({ about: 'Of the shift: the planned one, or a new one chosen by the phone. Sent again, it changes nothing.' }) id: string;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Text({ optional: true, max: 20, about: 'Instead of vehicle_id, as read from the code in the vehicle.' }) plate?: string;
}

export class MyCheckOutBody extends HandoverBody {
  @Uuid({ about: 'Of this check-out, chosen by the phone. Sent again, it changes nothing.' }) id: string;
  @Uuid() shift_id: string;
}

export class MyCheckOutView {
  @Uuid() shift_id: string;
  @OneOf(['closed', 'waiting'], { about: 'waiting: the check-in has not arrived yet; the end is kept until it does.' }) state: 'closed' | 'waiting';
  @Nested(() => ShiftView, { nullable: true }) shift: ShiftView | null;
}

export class StatusReportBody {
  @Uuid({ about: 'Chosen by the phone. Sent again, it changes nothing.' }) id: string;
  @OneOf(reportKinds) kind: (typeof reportKinds)[number];
  @Instant({ optional: true, about: 'When it was so; now unless said.' }) at?: string;
  @Text({ optional: true, max: 2000 }) text?: string;
  @Decimal({ optional: true, min: -90, max: 90 }) lat?: number;
  @Decimal({ optional: true, min: -180, max: 180 }) lon?: number;
  @Uuid({ optional: true, listMax: 10 }) photo_file_ids?: string[];
}

export class StatusReportView {
  @Uuid() id: string;
  @Uuid() driver_id: string;
  @Int() driver_no: number;
  @OneOf(reportKinds) kind: string;
  @Instant() at: Date;
  @Instant() received_at: Date;
  @Uuid({ nullable: true }) shift_id: string | null;
  @Uuid({ nullable: true }) vehicle_id: string | null;
  @Text({ nullable: true }) text: string | null;
  @Decimal({ nullable: true }) lat: number | null;
  @Decimal({ nullable: true }) lon: number | null;
  @Uuid({ listMax: 10 }) file_ids: string[];
}

export class StatusReportQuery extends ListQuery {
  @OneOf(reportKinds, { optional: true }) kind?: string;
}

export class PeerFeedbackBody {
  @Uuid({ about: 'Chosen by the phone. Sent again, it changes nothing.' }) id: string;
  @Uuid({ about: 'A shift of your own. It is about the colleague who had the vehicle before.' }) shift_id: string;
  @OneOf(feedbackTopics) topic: FeedbackTopic;
  @Int({ min: 1, max: 5 }) rating: number;
  @Text({ optional: true, max: 2000 }) text?: string;
}

/** What is told back says nothing about the colleague. */
export class PeerFeedbackView {
  @Uuid() id: string;
  @OneOf(['pending', 'published', 'rejected']) state: string;
  @OneOf(feedbackTopics) topic: string;
  @Int() rating: number;
}

/** Feedback as the driver it is about may read it: not by whom. */
export class FeedbackAboutMeView {
  @Uuid() id: string;
  @OneOf(feedbackTopics) topic: string;
  @Int() rating: number;
  @Text({ nullable: true }) text: string | null;
  @Instant() given_at: Date;
}
