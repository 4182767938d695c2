import { statement, type Db, type Tx } from '../database';

export interface RunRow {
  id: string;
  task: string;
  slot_at: Date | null;
  account_id: string | null;
  payload: unknown;
  cancel_requested_at: Date | null;
}

export interface UnsentRun {
  id: string;
  task: string;
}

const fireSlot = statement<{ state: string }>(`
  insert into jobs.run (task, slot_at, state, by_kind, by_id, error, finished_at)
  select $1, $2, case when busy then 'skipped' else 'queued' end, 'system', 'schedule',
         case when busy then 'The run before was still going.' end, case when busy then now() end
    from (select exists (select from jobs.run where task = $1 and account_id is null and state in ('queued', 'running', 'retrying')) as busy) b
  on conflict (task, slot_at) do nothing returning state`);

const unsent = statement<UnsentRun>(`
  select id, task from jobs.run where state = 'queued' and sent_at is null and task = any($1::text[])
   order by queued_at limit 50 for update skip locked`);

const begin = statement<RunRow>(`
  update jobs.run set state = 'running', attempt = $3, worker = $4, error = null, started_at = now(), finished_at = null
   where id = $1 and job_id = $2 and state in ('queued', 'retrying', 'running') and attempt < $3
  returning id, task, slot_at, account_id, payload, cancel_requested_at`);

const end = statement<object>(`
  update jobs.run set state = $3, error = $4, rows = coalesce($5, rows), finished_at = now()
   where id = $1 and attempt = $2 and state = 'running'`);

/** What happens to a run's row. All of it in system scope: workers serve every account. */
export const runStore = {
  /** Undefined when another replica fired the slot; 'skipped' when the run before is still going. */
  fire: async (db: Db, task: string, slotAt: Date): Promise<string | undefined> =>
    (await db.system('jobs.fire', (tx) => tx.one(fireSlot, [task, slotAt])))?.state,

  unsent: (tx: Tx, tasks: string[]): Promise<UnsentRun[]> => tx.sql(unsent, [tasks]),

  sent: (tx: Tx, runId: string, jobId: string): Promise<number> => tx.execute('update jobs.run set sent_at = now(), job_id = $2 where id = $1', [runId, jobId]),

  /** Undefined when the run was cancelled, replayed as another job, or a later attempt has it. */
  begin: (db: Db, runId: string, jobId: string, attempt: number, worker: string): Promise<RunRow | undefined> =>
    db.system('jobs.begin', (tx) => tx.one(begin, [runId, jobId, attempt, worker])),

  /** An attempt that lost its claim changes nothing: the attempt number has moved on. */
  end: (db: Db, runId: string, attempt: number, state: 'succeeded' | 'retrying' | 'dead' | 'cancelled', error: string | null, rows: number | null): Promise<unknown> =>
    db.system('jobs.end', (tx) => tx.sql(end, [runId, attempt, state, error, rows])),

  progress: (db: Db, runId: string, attempt: number, progress: Record<string, unknown>): Promise<number> =>
    db.system('jobs.progress', (tx) => tx.execute('update jobs.run set progress = $3 where id = $1 and attempt = $2', [runId, attempt, JSON.stringify(progress)])),

  /** For a run whose worker died on its last attempt and could not say so. */
  bury: (db: Db, runId: string, jobId: string): Promise<number> =>
    db.system('jobs.bury', (tx) =>
      tx.execute(
        `update jobs.run set state = 'dead', finished_at = now(), error = coalesce(error, 'The worker stopped answering.')
          where id = $1 and job_id = $2 and state in ('queued', 'running', 'retrying')`,
        [runId, jobId],
      ),
    ),

  /** Runs of tasks no version has any more. During a rolling deploy another version may still take them. */
  buryUnknown: (db: Db, known: string[], graceMs: number): Promise<number> =>
    db.system('jobs.bury', (tx) =>
      tx.execute(
        `update jobs.run set state = 'dead', finished_at = now(), error = 'No task named "' || task || '" is part of the running version.'
          where state = 'queued' and sent_at is null and task <> all($1::text[]) and queued_at < now() - $2::int * interval '1 ms'`,
        [known, graceMs],
      ),
    ),

  cancelled: async (db: Db, runIds: string[]): Promise<string[]> =>
    (await db.systemRead('jobs.cancelled', (tx) => tx.sql<{ id: string }>('select id from jobs.run where id = any($1::uuid[]) and cancel_requested_at is not null', [runIds]))).map((r) => r.id),

  /** When each scheduled task last had a slot or was last caught up. */
  latestSlots: async (db: Db, tasks: string[]): Promise<Map<string, Date>> => {
    const rows = await db.systemRead('jobs.latest', (tx) =>
      tx.sql<{ task: string; at: Date | null }>(
        `select t.task, (select greatest(r.slot_at, r.queued_at) from jobs.run r where r.task = t.task and r.slot_at is not null order by r.queued_at desc limit 1) as at
           from unnest($1::text[]) as t(task)`,
        [tasks],
      ),
    );
    return new Map(rows.flatMap((r) => (r.at ? [[r.task, r.at] as const] : [])));
  },
};
