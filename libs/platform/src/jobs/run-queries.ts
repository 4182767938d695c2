import { Injectable } from '@nestjs/common';
import { Db, type Actor } from '../database';
import { listPage, notFound, Where, type Page } from '../http';
import { TaskList } from './define-task';
import type { DeadLettersQuery, DeadLetterView, LastRunView, RunsQuery, RunView, TaskStatusView } from './etl.dto';
import { Slots } from './slots';

const durationMs = `(extract(epoch from coalesce(r.finished_at, now()) - r.started_at) * 1000)::bigint as duration_ms`;
const runColumns = `r.id, r.task, r.state, r.attempt, r.queued_at, r.started_at, r.finished_at, ${durationMs}, r.rows, r.error, r.by_id, r.progress`;

/** What people see of the batches. */
@Injectable()
export class RunQueries {
  constructor(
    private readonly db: Db,
    private readonly tasks: TaskList,
    private readonly slots: Slots,
  ) {}

  /** Every declared task with its newest run: the house's own runs, and those of the actor's account. */
  async status(actor: Actor): Promise<TaskStatusView[]> {
    const last = await this.db.systemRead('jobs.status', (tx) =>
      tx.sql<LastRunView & { task: string }>(
        `select t.task, r.id as run_id, r.state, r.slot_at, r.started_at, r.finished_at, ${durationMs}, r.rows, r.attempt, r.error
           from unnest($1::text[]) as t(task)
           join lateral (select * from jobs.run r where r.task = t.task and (r.account_id is null or r.account_id = $2) order by r.queued_at desc limit 1) r on true`,
        [this.tasks.names, actor.accountId],
      ),
    );
    const byTask = new Map(last.map((run) => [run.task, run]));
    return this.tasks.all.map((task) => ({
      name: task.name,
      about: task.about,
      scope: task.scope,
      cron: task.cron ?? null,
      next_slot_at: this.slots.nextSlot(task),
      timeout_ms: task.timeoutMs,
      last_run: byTask.get(task.name) ?? null,
    }));
  }

  async runs(actor: Actor, query: RunsQuery): Promise<Page<RunView>> {
    const where = new Where().and('r.account_id = ?', actor.accountId).and('r.task = ?', query.task).and('r.state = ?', query.state);
    const spec = {
      select: runColumns,
      from: 'jobs.run r',
      where,
      sorts: { queued_at: { sql: 'r.queued_at', type: 'timestamptz' as const } },
      defaultSort: '-queued_at',
      key: { sql: 'r.id', type: 'uuid' as const },
    };
    return this.db.read(actor, (tx) => listPage<RunView>(tx, spec, query));
  }

  async run(actor: Actor, id: string): Promise<RunView> {
    const run = await this.db.read(actor, (tx) => tx.one<RunView>(`select ${runColumns} from jobs.run r where r.id = $1 and r.account_id = $2`, [id, actor.accountId]));
    if (!run) throw notFound('run', id);
    return run;
  }

  /** Runs and deliveries that were given up: the account's own, and the house's batches. */
  async deadLetters(actor: Actor, query: DeadLettersQuery): Promise<Page<DeadLetterView>> {
    const where = new Where().and('(d.account_id = ? or d.account_id is null)', actor.accountId).and('d.kind = ?', query.kind);
    const spec = {
      select: 'd.id, d.kind, d.name, d.subscriber, d.attempts, d.error, d.dead_at',
      from: `(select r.id, r.account_id, 'run' as kind, r.task as name, null as subscriber, r.attempt as attempts, r.error, r.finished_at as dead_at
                from jobs.run r where r.state = 'dead'
              union all
              select v.id, v.account_id, 'delivery', e.name, v.subscriber, v.attempts, v.last_error, v.dead_at
                from outbox.delivery v join outbox.event e on e.id = v.event_id where v.dead_at is not null) d`,
      where,
      sorts: { dead_at: { sql: 'd.dead_at', type: 'timestamptz' as const } },
      defaultSort: '-dead_at',
      key: { sql: 'd.id', type: 'uuid' as const },
    };
    return this.db.systemRead('jobs.dead_letters', (tx) => listPage<DeadLetterView>(tx, spec, query));
  }
}
