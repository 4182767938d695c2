import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor } from '@fleet/platform/database';
import { Refusal } from '@fleet/platform/http';
import { defineTask, Jobs, type Task } from '@fleet/platform/jobs';
import { z } from 'zod';
import { FeedFault } from './feed-fault';
import { FeedImporter } from './feed-importer';
import { announceRun } from './run.store';

const payload = z.object({ run_id: z.uuid(), kind: z.enum(['snapshot', 'changes']), confirm_removals: z.boolean() });

/** One import of one account's feed. */
export const importFeedTask: Task<z.infer<typeof payload>> = defineTask({
  name: 'fuel_log.import_feed',
  about: "Reads a snapshot or the new changes of an account's feed of fuel records.",
  timeoutMs: 3_600_000,
  retries: 1,
  idempotent: true,
  scope: 'account',
  payload,
  run: async (ctx) => {
    const { run_id: runId, kind, confirm_removals: confirmRemovals } = ctx.payload;
    try {
      const outcome = await ctx.get(FeedImporter).run(ctx.actor, { kind, dryRun: false, confirmRemovals, runId }, { signal: ctx.signal, onProgress: (p) => ctx.progress({ ...p }) });
      // The run keeps the fault; the job fails too, so that the status page shows it.
      if (outcome.state === 'failed') throw new FeedFault(outcome.fault_code ?? 'FUEL_FEED_FAILED', outcome.fault ?? '');
      return outcome.read;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'FUEL_IMPORT_RUNNING') return ctx.get(FeedSchedule).giveWay(ctx.actor.accountId, runId);
      throw error;
    }
  },
});

const snapshotEveryMs = 20 * 3_600_000;

/** Starts the hourly imports: the changes, and about once a day the snapshot, which mends whatever was missed. */
@Injectable()
export class FeedSchedule {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  async startAll(signal?: AbortSignal): Promise<number> {
    const feeds = await this.db.systemRead('fuel_log.start_feeds', (tx) => tx.sql<{ account_id: string }>('select account_id from fuel.feed where enabled order by account_id'));
    for (const { account_id } of feeds) {
      if (signal?.aborted) break;
      await this.db.write(systemActor(account_id, 'fuel_log.start_feeds'), async (tx) => {
        const state = await tx.one<{ snapshot_at: Date | null }>('select snapshot_at from fuel.ingest_state where account_id = $1', [account_id]);
        const due = !state?.snapshot_at || this.clock.now().getTime() - state.snapshot_at.getTime() > snapshotEveryMs;
        const kind = due ? 'snapshot' : 'changes';
        const runId = await announceRun(tx, this.clock.now(), kind, kind, false);
        await this.jobs.start(tx, importFeedTask, { run_id: runId, kind, confirm_removals: false });
      });
    }
    return feeds.length;
  }

  /** Another import was at work already; what this one was for comes with it or with the next. */
  async giveWay(accountId: string, runId: string): Promise<number> {
    await this.db.write(systemActor(accountId, 'fuel_log.import_feed'), async (tx) => {
      tx.withoutAudit('nothing was imported');
      await tx.sql(`update fuel.import_run set state = 'failed', fault_code = 'FUEL_IMPORT_RUNNING', fault = 'Another import of this feed was still running.', finished_at = $2 where id = $1`, [runId, this.clock.now()]);
    });
    return 0;
  }
}

export const startFeedsTask = defineTask({
  name: 'fuel_log.start_feeds',
  about: 'Starts the hourly import of every feed of fuel records.',
  cron: '7 * * * *',
  timeoutMs: 120_000,
  retries: 2,
  idempotent: true,
  scope: 'house',
  run: (ctx) => ctx.get(FeedSchedule).startAll(ctx.signal),
});

export const feedTasks = [importFeedTask, startFeedsTask] as Task[];
