import { Flag, Instant, Int, Json, ListQuery, Nested, OneOf, Text, Uuid } from '../../http';
import { severities } from '../catalogue';

const endpointStates = ['active', 'paused', 'disabled'] as const;
export const deliveryStates = ['pending', 'delivered', 'dead'] as const;

export class EndpointBody {
  @Text({ max: 120, example: 'Bookkeeping' }) name: string;
  @Text({ max: 2000, example: 'https://example.org/fleet-events', about: 'Where to; https, no login in it.' }) url: string;
  @Text({ listMax: 100, max: 120, example: ['transport_registry.*'], about: 'Names of events, `subsystem.*`, or `*` for all.' }) event_types: string[];
}

export class AmendEndpointBody {
  @Text({ optional: true, max: 120 }) name?: string;
  @Text({ optional: true, max: 2000 }) url?: string;
  @Text({ optional: true, listMax: 100, max: 120 }) event_types?: string[];
}

export class EndpointView {
  @Uuid() id: string;
  @Text() name: string;
  @Text({ max: 2000 }) url: string;
  @Text({ listMax: 100 }) event_types: string[];
  @OneOf(endpointStates, { name: 'EndpointState', about: 'Paused collects and sends later; disabled, after long failure, collects nothing.' }) state: string;
  @Text({ nullable: true }) disabled_reason: string | null;
  @Instant({ nullable: true }) failing_since: Date | null;
  @Instant({ nullable: true }) last_success_at: Date | null;
  @Instant({ nullable: true, about: 'Until then the secret before the last rotation signs too.' }) old_secret_until: Date | null;
  @Int({ about: 'Deliveries that still wait.' }) waiting: number;
  @Text() created_by: string;
  @Instant() created_at: Date;
  @Int() version: number;
  @Text({ optional: true, about: 'Shown this once, when it is made or rotated.' }) secret?: string;
}

export class RotateBody {
  @Int({ optional: true, min: 0, max: 168, about: 'Hours for which the old secret signs too, 24 unless said.' }) overlap_h?: number;
}

export class ReplayBody {
  @Instant({ about: 'Everything that happened since; at most 30 days back.' }) since: string;
  @OneOf(['missed', 'all'], { optional: true, about: 'Only what was not delivered (the usual), or all of it again.' }) what?: 'missed' | 'all';
}

export class ReplayedView {
  @Int({ about: 'Deliveries that are due again.' }) deliveries: number;
}

export class DeliveriesQuery extends ListQuery {
  @OneOf(deliveryStates, { optional: true }) state?: string;
  @Text({ optional: true }) type?: string;
}

export class AttemptView {
  @Instant() at: string;
  @Int({ nullable: true }) status: number | null;
  @Int() took_ms: number;
  @Text({ nullable: true }) error: string | null;
}

export class DeliveryView {
  @Uuid() id: string;
  @Uuid() endpoint_id: string;
  @Uuid({ about: 'The webhook-id the receiver sees; the same however often it is sent.' }) event_id: string;
  @Text() type: string;
  @OneOf(deliveryStates, { name: 'WebhookDeliveryState' }) state: string;
  @Int() attempts: number;
  @Instant() due_at: Date;
  @Instant() created_at: Date;
  @Instant({ nullable: true }) finished_at: Date | null;
  @Int({ nullable: true }) response_status: number | null;
  @Text({ nullable: true, max: 1100, about: 'The beginning of the last answer.' }) response_body: string | null;
  @Text({ nullable: true, max: 500 }) last_error: string | null;
}

export class DeliveryDetailView extends DeliveryView {
  @Json({ about: 'What was sent.' }) payload: Record<string, unknown>;
  @Nested(() => AttemptView, { listMax: 20, about: 'The latest attempts.' }) attempt_log: AttemptView[];
}

export class EventTypeView {
  @Text() name: string;
  @Flag({ about: 'Has a text for people; without one only admins are notified of it.' }) described: boolean;
  @Text({ nullable: true }) title: string | null;
  @Text({ nullable: true, about: 'Permission needed to be told of it.' }) permission: string | null;
  @OneOf(severities, { nullable: true, about: 'How grave it can be.' }) gravest: string | null;
}
