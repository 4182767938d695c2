import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Directory } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { Rotation, SecretBox } from '@fleet/platform/crypto';
import { conflictOn, Db, type Actor } from '@fleet/platform/database';
import { listPage, notFound, Where, type ListQuery, type Page } from '@fleet/platform/http';
import type { IngestKeyView, NewIngestKeyBody } from './ingest.dto';

interface KeyRow {
  id: string;
  account_id: string;
  secret_sealed: Buffer;
  park_ids: string[] | null;
}

export interface KnownKey {
  id: string;
  account_id: string;
  secret: string;
  park_ids: string[] | null;
}

const freshMs = 15_000;
const cacheMax = 10_000;
const columns = 'k.id, k.name, k.park_ids, k.created_at, k.disabled_at';
const placeOf = (id: string): string => `telemetry_engine.ingest_key:${id}`;

/** Keys of programs that sign their uploads. A signature needs the secret itself, so it is sealed and not hashed. */
@Injectable()
export class IngestKeys implements OnModuleInit {
  private readonly cache = new Map<string, { read_ms: number; key: KnownKey | undefined }>();

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly box: SecretBox,
    private readonly directory: Directory,
    private readonly rotation: Rotation,
  ) {}

  onModuleInit(): void {
    this.rotation.alsoRewrap({ table: 'telemetry_engine.ingest_key', id: 'id', column: 'secret_sealed', place: placeOf });
  }

  async issue(actor: Actor, body: NewIngestKeyBody): Promise<IngestKeyView> {
    const id = `ik_${randomBytes(12).toString('hex')}`;
    const secret = randomBytes(32).toString('base64url');
    return this.db.write(actor, async (tx) => {
      if (body.park_ids) await this.directory.refuseUnknownParks(tx, body.park_ids);
      const [row] = await conflictOn({ ingest_key_name_key: ['INGEST_KEY_NAME_TAKEN', 'Another key has this name.'] }, () =>
        tx.sql<IngestKeyView>(
          `insert into telemetry_engine.ingest_key as k (id, account_id, name, secret_sealed, park_ids, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
          [id, actor.accountId, body.name, this.box.seal(placeOf(id), secret), body.park_ids ?? null, actor.id, this.clock.now()],
        ),
      );
      await record(tx, { action: 'telemetry_engine.ingest_key.issued', subject: { type: 'ingest_key', id } });
      return { ...(row as IngestKeyView), secret };
    });
  }

  async disable(actor: Actor, id: string): Promise<IngestKeyView> {
    const view = await this.db.write(actor, async (tx) => {
      const [row] = await tx.sql<IngestKeyView>(`update telemetry_engine.ingest_key k set disabled_at = $2 where k.id = $1 and k.disabled_at is null returning ${columns}`, [id, this.clock.now()]);
      if (!row) throw notFound('signing key', id);
      await record(tx, { action: 'telemetry_engine.ingest_key.disabled', subject: { type: 'ingest_key', id } });
      return row;
    });
    this.cache.delete(id);
    return view;
  }

  list(actor: Actor, query: ListQuery): Promise<Page<IngestKeyView>> {
    const spec = {
      select: columns,
      from: 'telemetry_engine.ingest_key k',
      where: new Where().and('k.account_id = ?', actor.accountId),
      sorts: { created_at: { sql: 'k.created_at', type: 'timestamptz' as const }, name: { sql: 'lower(k.name)', type: 'text' as const } },
      defaultSort: 'name',
      key: { sql: 'k.id', type: 'text' as const },
    };
    return this.db.read(actor, (tx) => listPage<IngestKeyView>(tx, spec, query));
  }

  /** A disabled key stops here at once, on other replicas within seconds. */
  async find(id: string): Promise<KnownKey | undefined> {
    if (!/^ik_[0-9a-f]{24}$/.test(id)) return undefined;
    const now = this.clock.now().getTime();
    const known = this.cache.get(id);
    if (known && Math.abs(now - known.read_ms) < freshMs) return known.key;
    const row = await this.db.systemRead('telemetry_engine.ingest_key', (tx) =>
      tx.one<KeyRow>('select id, account_id, secret_sealed, park_ids from telemetry_engine.ingest_key where id = $1 and disabled_at is null', [id]),
    );
    const key = row && { id: row.id, account_id: row.account_id, park_ids: row.park_ids, secret: this.box.openText(placeOf(row.id), row.secret_sealed) };
    if (this.cache.size >= cacheMax) this.cache.clear();
    this.cache.set(id, { read_ms: now, key });
    return key;
  }
}
