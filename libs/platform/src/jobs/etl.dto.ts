import { Int, Json, ListQuery, Nested, OneOf, Instant, Text, Uuid } from '../http';

const runStates = ['queued', 'running', 'retrying', 'succeeded', 'dead', 'cancelled', 'skipped'] as const;

export class LastRunView {
  @Uuid() run_id: string;
  @OneOf(runStates, { name: 'RunState' }) state: string;
  @Instant({ nullable: true, about: 'The slot it was fired for; null when somebody asked for it.' }) slot_at: Date | null;
  @Instant({ nullable: true }) started_at: Date | null;
  @Instant({ nullable: true }) finished_at: Date | null;
  @Int({ nullable: true }) duration_ms: number | null;
  @Int({ nullable: true }) rows: number | null;
  @Int() attempt: number;
  @Text({ nullable: true, max: 2000 }) error: string | null;
}

export class TaskStatusView {
  @Text({ example: 'outbox.prune' }) name: string;
  @Text({ max: 500 }) about: string;
  @OneOf(['house', 'account']) scope: string;
  @Text({ nullable: true, about: 'Cron expression in UTC.' }) cron: string | null;
  @Instant({ nullable: true }) next_slot_at: Date | null;
  @Int() timeout_ms: number;
  @Nested(() => LastRunView, { nullable: true }) last_run: LastRunView | null;
}

export class RunsQuery extends ListQuery {
  @Text({ optional: true }) task?: string;
  @OneOf(runStates, { optional: true }) state?: string;
}

export class RunView {
  @Uuid() id: string;
  @Text() task: string;
  @OneOf(runStates, { name: 'RunState' }) state: string;
  @Int() attempt: number;
  @Instant() queued_at: Date;
  @Instant({ nullable: true }) started_at: Date | null;
  @Instant({ nullable: true }) finished_at: Date | null;
  @Int({ nullable: true }) duration_ms: number | null;
  @Int({ nullable: true }) rows: number | null;
  @Text({ nullable: true, max: 2000 }) error: string | null;
  @Text({ about: 'Who asked for it.' }) by_id: string;
  @Json({ nullable: true, about: 'What the task last said about how far it is.' }) progress: Record<string, unknown> | null;
}

export class StartRunBody {
  @Json({ optional: true, about: 'What the task needs to know; each task checks its own.' }) payload?: Record<string, unknown>;
}

export class StartedView {
  @Uuid() run_id: string;
  @Text() task: string;
}

export class DeadLettersQuery extends ListQuery {
  @OneOf(['run', 'delivery'], { optional: true }) kind?: string;
}

export class DeadLetterView {
  @Uuid() id: string;
  @OneOf(['run', 'delivery'], { about: 'A batch that failed for good, or an event a subscriber could not take.' }) kind: string;
  @Text({ about: 'The task, or the event.' }) name: string;
  @Text({ nullable: true, about: 'Who should have heard the event.' }) subscriber: string | null;
  @Int() attempts: number;
  @Text({ nullable: true, max: 2000 }) error: string | null;
  @Instant() dead_at: Date;
}
