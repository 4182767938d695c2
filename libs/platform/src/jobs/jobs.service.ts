import { Injectable } from '@nestjs/common';
import { record } from '../audit';
import { Db, Tx, type Actor } from '../database';
import { invalid, notFound, rule } from '../http/refusal';
import { TaskList, type Task } from './define-task';
import { wakeFeeders } from './wake';

/** Starting, stopping and replaying runs. */
@Injectable()
export class Jobs {
  constructor(
    private readonly db: Db,
    private readonly tasks: TaskList,
  ) {}

  /** Queues a run in the actor's account; inside a unit of work it stands or falls with it. Answers the run's id. */
  async start<P>(by: Actor | Tx, task: Task<P>, payload: P): Promise<string> {
    if (by instanceof Tx) return this.queue(by, by.actor, task, payload);
    return this.db.write(by, (tx) => this.queue(tx, by, task, payload));
  }

  /** By name, as people and programs ask for it. */
  async startByName(actor: Actor, name: string, payload: unknown): Promise<string> {
    const task = this.tasks.find(name);
    if (!task) throw notFound('task', name);
    if (task.scope === 'account') return this.start(actor, task, payload);
    if (payload !== undefined && !task.payload) throw invalid('PAYLOAD_UNEXPECTED', `${name} takes no payload.`);
    return this.db.system('jobs.start', (tx) => this.queue(tx, actor, task, payload));
  }

  /** A waiting run ends at once, a running one at its next chance. */
  async cancel(actor: Actor, id: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      const run = await tx.one<{ task: string }>(
        `update jobs.run set cancel_requested_at = now(),
                state = case when state = 'running' then state else 'cancelled' end, finished_at = case when state = 'running' then null else now() end
          where id = $1 and account_id = $2 and state in ('queued', 'retrying', 'running') returning task`,
        [id, actor.accountId],
      );
      if (!run && !(await tx.one(`select 1 as one from jobs.run where id = $1 and account_id = $2`, [id, actor.accountId]))) throw notFound('run', id);
      if (!run) throw rule('RUN_NOT_GOING', 'This run has ended, so it cannot be cancelled.');
      await record(tx, { action: 'jobs.run.cancelled', subject: { type: 'run', id }, data: { task: run.task } });
    });
  }

  /** Starts a dead run over, with all its attempts. False when there is no such dead run. */
  async tryReplay(actor: Actor, id: string): Promise<boolean> {
    return this.db.system('jobs.replay', async (tx) => {
      const run = await tx.one<{ task: string }>(
        `update jobs.run set state = 'queued', attempt = 0, sent_at = null, job_id = null, queued_at = now(), finished_at = null, cancel_requested_at = null
          where id = $1 and state = 'dead' and (account_id = $2 or account_id is null) returning task`,
        [id, actor.accountId],
      );
      if (!run) return false;
      await record(tx, { action: 'jobs.run.replayed', subject: { type: 'run', id }, data: { task: run.task }, by: actor });
      tx.afterCommit(wakeFeeders);
      return true;
    });
  }

  private async queue(tx: Tx, actor: Actor, task: Task, payload: unknown): Promise<string> {
    const checked = task.payload?.safeParse(payload);
    if (checked && !checked.success) {
      const errors = checked.error.issues.map((i) => ({ field: ['payload', ...i.path].join('.'), code: i.code, detail: i.message }));
      throw invalid('INVALID_PAYLOAD', `The payload of ${task.name} is not usable.`, { errors });
    }
    const row = await tx.one<{ id: string }>(
      `insert into jobs.run (task, account_id, payload, state, by_kind, by_id) values ($1, $2, $3, 'queued', $4, $5) returning id`,
      [task.name, task.scope === 'account' ? actor.accountId : null, payload === undefined ? null : JSON.stringify(payload), actor.kind, actor.id],
    );
    const id = row?.id ?? '';
    await record(tx, { action: 'jobs.run.started', subject: { type: 'run', id }, data: { task: task.name }, by: actor });
    tx.afterCommit(wakeFeeders);
    return id;
  }
}
