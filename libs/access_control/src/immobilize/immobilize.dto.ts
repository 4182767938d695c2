import { Decimal, Flag, Instant, Int, Json, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';
import { circuitKinds, commandKinds, evidences, immobilizeReasons, methodNames, releaseReasons, states, type CircuitKind, type CommandKind, type Evidence, type MethodName, type State } from '../rules/words';

export class ImmobilizeBody {
  @OneOf(methodNames) method: MethodName;
  @OneOf(immobilizeReasons) reason: string;
  @Text({ optional: true, min: 4, max: 1000, about: 'In words; needed with the reason other.' }) note?: string;
  @Uuid({ optional: true, about: 'Who is asked to approve. Without it, where approval is needed, any other permitted person may.' }) approver?: string;
}

export class ReleaseBody {
  @OneOf(methodNames, { optional: true, about: 'The way the last command took, unless said.' }) method?: MethodName;
  @OneOf(releaseReasons, { optional: true }) reason?: string;
  @Text({ optional: true, min: 4, max: 1000 }) note?: string;
}

export class DecideCommandBody {
  @Text({ optional: true, min: 4, max: 1000 }) note?: string;
}

export class CommandStartedView {
  @Uuid() job_id: string;
  @OneOf(states) status: State;
  @Flag({ about: 'A second person must approve before anything is sent.' }) awaiting_approval: boolean;
}

export class ObjectionView {
  @Text() code: string;
  @Text() detail: string;
}

export class FactsView {
  @Instant({ nullable: true }) position_at: Date | null;
  @Decimal({ nullable: true, about: 'Since it was received.' }) position_age_s: number | null;
  @Decimal({ nullable: true }) lat: number | null;
  @Decimal({ nullable: true }) lon: number | null;
  @Decimal({ nullable: true }) speed_kmh: number | null;
  @Decimal({ nullable: true }) previous_speed_kmh: number | null;
  @Flag({ nullable: true }) ignition: boolean | null;
  @Int({ nullable: true }) satellites: number | null;
  @OneOf(circuitKinds, { nullable: true }) circuit: CircuitKind | null;
  @Flag({ nullable: true, about: 'null where only the sending tells.' }) connected: boolean | null;
}

export class PreviewView {
  @Flag() allowed: boolean;
  @Nested(() => ObjectionView, { listMax: 20 }) objections: ObjectionView[];
  @Nested(() => FactsView) facts: FactsView;
  @Flag() needs_approval: boolean;
}

export class RelayAttemptView {
  @Int() no: number;
  @Text({ about: 'What was sent.' }) sent: string;
  @Instant() begun_at: Date;
  @Instant({ nullable: true }) ended_at: Date | null;
  @Text({ nullable: true, about: 'executed, accepted, refused, queued, no_answer, link_lost, not_sent, withheld (the policy said no in the last moment) or interrupted.' }) outcome: string | null;
  @Text({ nullable: true }) code: string | null;
  @Text({ nullable: true, about: 'In the words of the device or gateway.' }) answer: string | null;
}

export class TransitionView {
  @Instant() at: Date;
  @Text() what: string;
  @Text({ nullable: true }) from_state: string | null;
  @Text() to_state: string;
  @OneOf(evidences) evidence: Evidence;
  @Int({ nullable: true }) attempt_no: number | null;
  @Text() actor_kind: string;
  @Text() actor_id: string;
  @Json() data: Record<string, unknown>;
}

export class JobSummaryView {
  @Uuid() job_id: string;
  @Uuid() vehicle_id: string;
  @Text() plate: string;
  @OneOf(commandKinds) kind: CommandKind;
  @OneOf(['person', 'safety'], { about: 'safety: the house lets a vehicle go whose stop nobody saw.' }) origin: string;
  @Uuid({ nullable: true }) caused_by: string | null;
  @OneOf(methodNames) method: MethodName;
  @Text() reason: string;
  @Text({ nullable: true }) note: string | null;
  @OneOf(states) status: State;
  @OneOf(['success', 'failure', 'expired', 'unknown'], { nullable: true, about: 'unknown: it may have worked or may yet; look at the vehicle.' }) result: string | null;
  @Text({ nullable: true }) code: string | null;
  @Text({ nullable: true }) detail: string | null;
  @OneOf(evidences, { about: 'How sure success is: the gateway took it, the device said so, the relay shows it.' }) evidence: Evidence;
  @Text() requested_by: string;
  @Instant() requested_at: Date;
  @OneOf(['waiting', 'approved', 'declined'], { nullable: true }) approval: string | null;
  @Uuid({ nullable: true }) approver_id: string | null;
  @Instant({ nullable: true }) approval_until: Date | null;
  @Text({ nullable: true }) decided_by: string | null;
  @Instant({ nullable: true }) ended_at: Date | null;
  @Json({ nullable: true, about: 'What the vehicle showed after the end.' }) late: Record<string, unknown> | null;
}

export class JobView extends JobSummaryView {
  @Nested(() => FactsView, { nullable: true, about: 'What was known when it was asked for.' }) facts: FactsView | null;
  @Nested(() => RelayAttemptView, { listMax: 500 }) attempts: RelayAttemptView[];
  @Nested(() => TransitionView, { listMax: 1000 }) timeline: TransitionView[];
}

export class JobsQuery extends ListQuery {
  @OneOf(states, { optional: true }) status?: State;
  @OneOf(commandKinds, { optional: true }) kind?: CommandKind;
  @OneOf(['waiting', 'approved', 'declined'], { optional: true }) approval?: string;
  @OneOf(methodNames, { optional: true }) method?: MethodName;
  @Uuid({ optional: true }) vehicle_id?: string;
  @Uuid({ optional: true, about: 'Who asked.' }) requested_by?: string;
  @Instant({ optional: true, about: 'Asked for at or after.' }) from?: string;
  @Instant({ optional: true, about: 'Asked for before.' }) to?: string;
}
