import { Decimal, Instant, Int, ListQuery, Nested, OneOf, Text, Uuid } from '@fleet/platform/http';

export const feedbackSources = ['peer', 'staff', 'passenger'] as const;
export const feedbackTopics = ['driving', 'vehicle_care', 'punctuality', 'conduct', 'other'] as const;
export const feedbackStates = ['pending', 'published', 'rejected'] as const;
export type FeedbackState = (typeof feedbackStates)[number];
export type FeedbackTopic = (typeof feedbackTopics)[number];

export class FeedbackBody {
  @Uuid({ optional: true, about: 'Chosen by the sender; sent again, it changes nothing.' }) id?: string;
  @OneOf(['staff', 'passenger']) source: 'staff' | 'passenger';
  @OneOf(feedbackTopics) topic: FeedbackTopic;
  @Int({ min: 1, max: 5 }) rating: number;
  @Text({ optional: true, max: 2000 }) text?: string;
  @Uuid({ optional: true }) shift_id?: string;
  @Instant({ optional: true, about: 'Now unless said.' }) given_at?: string;
}

export class FeedbackView {
  @Uuid() id: string;
  @Uuid() driver_id: string;
  @OneOf(feedbackSources) source: string;
  @OneOf(feedbackTopics) topic: FeedbackTopic;
  @Int() rating: number;
  @Text({ nullable: true }) text: string | null;
  @OneOf(feedbackStates) state: FeedbackState;
  @Uuid({ nullable: true }) shift_id: string | null;
  @Uuid({ nullable: true, about: 'The colleague; never shown to the driver.' }) author_driver_id: string | null;
  @Instant() given_at: Date;
  @Text({ nullable: true }) moderated_by: string | null;
  @Instant({ nullable: true }) moderated_at: Date | null;
  @Int() version: number;
}

export class FeedbackQuery extends ListQuery {
  @OneOf(feedbackStates, { optional: true }) state?: FeedbackState;
  @OneOf(feedbackSources, { optional: true }) source?: string;
  @OneOf(feedbackTopics, { optional: true }) topic?: FeedbackTopic;
}

export class RatingOfTopicView {
  @OneOf(feedbackTopics) topic: string;
  @Decimal() average: number | string;
  @Int() count: number;
}

export class RatingView {
  @Decimal({ nullable: true, about: 'Of published feedback that still counts.' }) average: number | string | null;
  @Int() count: number;
  @Nested(() => RatingOfTopicView, { listMax: 5 }) topics: RatingOfTopicView[];
}
