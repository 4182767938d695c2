import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { listPage, notFound, rule, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { Jobs } from '@fleet/platform/jobs';
import { FeedPlaces } from '../feeds/feed-places';
import type { FeedImportQuery, FeedImportView, SkippedRecordView, StartFeedImportBody } from './feed-import.dto';
import { importFeedTask } from './import-task';
import { announceRun } from './run.store';

/** What imports did and do. */
@Injectable()
export class FeedImports {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly places: FeedPlaces,
  ) {}

  start(actor: Actor, { kind, confirm_removals = false }: StartFeedImportBody): Promise<FeedImportView> {
    return this.db.write(actor, async (tx) => {
      const feed = await tx.one('select 1 as one from fuel.feed where account_id = $1', [actor.accountId]);
      if (!feed && !this.places.mayUseHouse(actor.accountId)) throw rule('FUEL_FEED_NOT_SET_UP', 'Set up a feed first.');
      const id = await announceRun(tx, this.clock.now(), kind, kind, confirm_removals);
      await this.jobs.start(tx, importFeedTask, { run_id: id, kind, confirm_removals });
      return this.find(tx, id);
    });
  }

  list(actor: Actor, query: FeedImportQuery): Promise<Page<FeedImportView>> {
    const where = new Where().and('r.account_id = ?', actor.accountId).and('r.state = ?', query.state).and('r.kind = ?', query.kind);
    const spec = { select: 'r.*', from: 'fuel.import_run r', where, sorts: { created_at: { sql: 'r.created_at', type: 'timestamptz' as const } }, defaultSort: '-created_at', key: { sql: 'r.id', type: 'uuid' as const } };
    return this.db.read(actor, (tx) => listPage<FeedImportView>(tx, spec, query));
  }

  get(actor: Actor, id: string): Promise<FeedImportView> {
    return this.db.read(actor, (tx) => this.find(tx, id));
  }

  skipped(actor: Actor, id: string, query: ListQuery): Promise<Page<SkippedRecordView>> {
    return this.db.read(actor, async (tx) => {
      await this.find(tx, id);
      const key = { sql: 's.id', type: 'bigint' as const };
      return listPage<SkippedRecordView>(tx, { select: 's.*', from: 'fuel.import_skip s', where: new Where().and('s.run_id = ?', id), sorts: { id: key }, defaultSort: 'id', key }, query);
    });
  }

  private async find(tx: ReadTx, id: string): Promise<FeedImportView> {
    const row = await tx.one<FeedImportView>('select * from fuel.import_run where id = $1', [id]);
    if (!row) throw notFound('import', id);
    return row;
  }
}
