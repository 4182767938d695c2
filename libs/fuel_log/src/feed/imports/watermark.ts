import type { Actor, Db, Tx } from '@fleet/platform/database';
import type { FeedFile } from './feed-file';

/** How far behind the watermark files are still looked at: stores list late, and clocks differ. */
export const overlapMs = 2 * 3_600_000;
const rememberedMs = 30 * 86_400_000;

/**
 * Change files not read yet, oldest first by the store's own clock; what the names say about the time is not believed. A file
 * read before is known by its name and etag.
 */
export async function* filesToRead(db: Db, actor: Actor, listed: AsyncIterable<FeedFile>): AsyncGenerator<FeedFile> {
  const { watermark, read } = await db.read(actor, async (tx) => ({
    watermark: (await tx.one<{ watermark_at: Date | null }>('select watermark_at from fuel.ingest_state where account_id = $1', [actor.accountId]))?.watermark_at ?? null,
    read: new Set((await tx.sql<{ mark: string }>(`select key || ' ' || etag as mark from fuel.ingest_file where account_id = $1`, [actor.accountId])).map((r) => r.mark)),
  }));
  const from = watermark ? watermark.getTime() - overlapMs : 0;
  const fresh: FeedFile[] = [];
  for await (const file of listed) {
    if (file.storedAt.getTime() >= from && !read.has(`${file.name} ${file.etag}`)) fresh.push(file);
  }
  yield* fresh.sort((a, b) => a.storedAt.getTime() - b.storedAt.getTime() || (a.name < b.name ? -1 : 1));
}

/** A file was read to its end. The mark moves forward only, and never past a file that could not be read: that one is tried again. */
export async function noteFile(tx: Tx, file: FeedFile, now: Date, kind: 'change' | 'snapshot', notPast?: Date): Promise<void> {
  tx.withoutAudit('how far the feed was read');
  if (kind === 'change') {
    await tx.sql(
      `insert into fuel.ingest_file (account_id, key, etag, stored_at, read_at) values ($1, $2, $3, $4, $5)
       on conflict (account_id, key) do update set etag = excluded.etag, stored_at = excluded.stored_at, read_at = excluded.read_at`,
      [tx.accountId, file.name, file.etag, file.storedAt, now],
    );
  }
  await tx.sql(
    `insert into fuel.ingest_state (account_id, watermark_at, snapshot_at, updated_at) values ($1, $2, $3, $4)
     on conflict (account_id) do update set watermark_at = greatest(ingest_state.watermark_at, excluded.watermark_at),
       snapshot_at = greatest(ingest_state.snapshot_at, excluded.snapshot_at), updated_at = excluded.updated_at`,
    [tx.accountId, notPast && notPast < file.storedAt ? notPast : file.storedAt, kind === 'snapshot' ? now : null, now],
  );
}

export async function forgetOldFiles(tx: Tx): Promise<void> {
  tx.withoutAudit('how far the feed was read');
  await tx.sql(`delete from fuel.ingest_file f using fuel.ingest_state s where f.account_id = $1 and s.account_id = $1 and f.stored_at < s.watermark_at - make_interval(secs => $2)`, [tx.accountId, rememberedMs / 1000]);
}
