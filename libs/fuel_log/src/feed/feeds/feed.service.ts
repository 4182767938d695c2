import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { SecretBox } from '@fleet/platform/crypto';
import { conflictOn, Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { expectVersion, invalid, listPage, notFound, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { FeedFault } from '../imports/feed-fault';
import { FeedPlaces, sealedAt, type FeedRow } from './feed-places';
import type { FeedTestView, FeedView, SetUpFeedBody } from './feed.dto';

const view = `f.id, f.enabled, f.endpoint, f.region, f.bucket, f.prefix, f.path_style, f.access_key_sealed is not null as has_keys, f.created_at, f.updated_at, f.version, s.watermark_at, s.snapshot_at`;
const from = 'fuel.feed f left join fuel.ingest_state s on s.account_id = f.account_id';

/** The account's feed: where it lies and with which keys. */
@Injectable()
export class FeedService {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly box: SecretBox,
    private readonly places: FeedPlaces,
  ) {}

  list(actor: Actor, query: ListQuery): Promise<Page<FeedView>> {
    const spec = { select: view, from, where: new Where().and('f.account_id = ?', actor.accountId), sorts: { created_at: { sql: 'f.created_at', type: 'timestamptz' as const } }, defaultSort: 'created_at', key: { sql: 'f.id', type: 'uuid' as const } };
    return this.db.read(actor, (tx) => listPage<FeedView>(tx, spec, query));
  }

  get(actor: Actor, id: string): Promise<FeedView> {
    return this.db.read(actor, (tx) => this.find(tx, id));
  }

  setUp(actor: Actor, body: SetUpFeedBody): Promise<FeedView> {
    return this.db.write(actor, async (tx) => {
      const now = this.clock.now();
      const row = this.changed({ id: randomUUID(), account_id: actor.accountId, enabled: true, endpoint: null, region: null, bucket: null, prefix: 'fuel_records/', path_style: true, access_key_sealed: null, secret_key_sealed: null, created_at: now, updated_at: now, version: 1 }, body);
      await conflictOn({ feed_one_an_account: ['FUEL_FEED_EXISTS', 'This account has its feed already. Change that one.'] }, () =>
        tx.sql(
          `insert into fuel.feed (id, account_id, enabled, endpoint, region, bucket, prefix, path_style, access_key_sealed, secret_key_sealed, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
          [row.id, row.account_id, row.enabled, row.endpoint, row.region, row.bucket, row.prefix, row.path_style, row.access_key_sealed, row.secret_key_sealed, now],
        ),
      );
      await record(tx, { action: 'fuel_log.feed.set_up', subject: { type: 'feed', id: row.id }, data: { bucket: row.bucket } });
      return this.find(tx, row.id);
    });
  }

  amend(actor: Actor, id: string, body: SetUpFeedBody, version?: number): Promise<FeedView> {
    return this.db.write(actor, async (tx) => {
      const before = await tx.one<FeedRow>('select * from fuel.feed where id = $1 for update', [id]);
      if (!before) throw notFound('feed', id);
      expectVersion(before.version, version);
      const row = this.changed(before, body);
      await tx.sql(
        `update fuel.feed set enabled = $2, endpoint = $3, region = $4, bucket = $5, prefix = $6, path_style = $7, access_key_sealed = $8, secret_key_sealed = $9, updated_at = $10, version = version + 1 where id = $1`,
        [id, row.enabled, row.endpoint, row.region, row.bucket, row.prefix, row.path_style, row.access_key_sealed, row.secret_key_sealed, this.clock.now()],
      );
      await record(tx, { action: 'fuel_log.feed.amended', subject: { type: 'feed', id }, data: { fields: Object.keys(body) } });
      return this.find(tx, id);
    });
  }

  /** What was imported stays; only the way to more of it is forgotten, keys included. */
  async remove(actor: Actor, id: string): Promise<void> {
    await this.db.write(actor, async (tx) => {
      if ((await tx.execute('delete from fuel.feed where id = $1', [id])) === 0) throw notFound('feed', id);
      await record(tx, { action: 'fuel_log.feed.removed', subject: { type: 'feed', id } });
    });
  }

  /** Asks the store for the snapshot and the list of changes; reads neither. */
  async test(actor: Actor, id: string): Promise<FeedTestView> {
    await this.get(actor, id);
    const result: FeedTestView = { ok: true, code: null, detail: null, snapshot_stored_at: null, snapshot_bytes: null, change_files: 0 };
    try {
      const bucket = await this.places.open(actor);
      try {
        for await (const _ of bucket.changes()) if ((result.change_files += 1) >= 1000) break;
        const snapshot = await bucket.snapshot();
        return { ...result, snapshot_stored_at: snapshot.storedAt, snapshot_bytes: snapshot.sizeBytes };
      } finally {
        bucket.close();
      }
    } catch (error) {
      if (!(error instanceof FeedFault)) throw error;
      return { ...result, ok: false, code: error.code, detail: error.detail };
    }
  }

  private changed(before: FeedRow, body: SetUpFeedBody): FeedRow {
    const { access_key_id, secret_access_key, ...said } = body;
    const moved = said.endpoint !== undefined && said.endpoint !== before.endpoint;
    const row: FeedRow = { ...before, ...(Object.fromEntries(Object.entries(said).filter(([, v]) => v !== undefined)) as Partial<FeedRow>) };
    // Keys that were given for one store are never shown to another.
    if (moved && before.access_key_sealed) Object.assign(row, { access_key_sealed: null, secret_key_sealed: null });
    if (access_key_id) row.access_key_sealed = this.box.seal(sealedAt(row.id, 'access_key'), access_key_id);
    if (secret_access_key) row.secret_key_sealed = this.box.seal(sealedAt(row.id, 'secret_key'), secret_access_key);
    const own = [row.endpoint, row.bucket, row.access_key_sealed, row.secret_key_sealed].filter((part) => part !== null).length;
    if (own !== 0 && own !== 4) throw invalid('FUEL_FEED_INCOMPLETE', 'A store of its own needs endpoint, bucket, access_key_id and secret_access_key together.');
    return row;
  }

  private async find(tx: ReadTx, id: string): Promise<FeedView> {
    const row = await tx.one<FeedView>(`select ${view} from ${from} where f.id = $1`, [id]);
    if (!row) throw notFound('feed', id);
    return row;
  }
}
