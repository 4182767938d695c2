import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { record } from '../audit';
import { Clock } from '../clock';
import { CONFIG, type Config } from '../config';
import { PiiVault } from '../crypto';
import { Db, type Actor, type Tx } from '../database';
import { notFound } from '../http/refusal';
import { collect } from './collect';
import { inspect, type ContentType } from './inspect';
import { cleanName } from './names';
import { OBJECT_STORE, storeFailed, type ByteRange, type ObjectStore } from './object-store';

export interface NewFile {
  content: Buffer | Readable;
  original_name: string;
  /** What the file is for, `subsystem.noun`: `driver_module.licence_photo`. */
  purpose: string;
  allowed: readonly ContentType[];
  /** The person the file tells of: its bytes and name are sealed under that person's key. */
  subject_id?: string | undefined;
}

export interface StoredFile {
  id: string;
  purpose: string;
  content_type: ContentType;
  size_bytes: number;
  /** Of the bytes as served, hex. */
  sha256: string;
  original_name: string;
  subject_id: string | null;
  created_by: string;
  created_at: Date;
}

export interface OpenFile extends StoredFile {
  stream(range?: ByteRange): Promise<Readable>;
}

interface Row extends Omit<StoredFile, 'original_name' | 'size_bytes' | 'sha256'> {
  size_bytes: string;
  sha256: Buffer;
  storage_key: string;
  original_name: string | null;
  original_name_sealed: Buffer | null;
}

interface Doomed {
  id: string;
  purpose: string;
  sha256: Buffer;
}

const namePlace = 'files.stored_file.original_name';
const objectPlace = (key: string): string => `files.object:${key}`;

/** Files people hand in. A row and its object belong together: the object is there before the row, and goes after it. */
@Injectable()
export class FileStore {
  private readonly log = new Logger('files');

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vault: PiiVault,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async store(tx: Tx, file: NewFile): Promise<StoredFile> {
    const given = await collect(file.content, this.config.FILE_LIMIT_MB);
    const { content, contentType } = inspect(given, file.allowed);
    const sha256 = createHash('sha256').update(content).digest();
    const subjectId = file.subject_id?.toLowerCase() ?? null;
    await this.lockBytes(tx, file.purpose, sha256);
    const twin = await tx.one<{ storage_key: string }>(
      `select storage_key from files.stored_file where account_id = $1 and purpose = $2 and sha256 = $3 and subject_id is not distinct from $4 and erased_at is null limit 1`,
      [tx.accountId, file.purpose, sha256, subjectId],
    );
    const key = twin?.storage_key ?? this.newKey(tx.accountId);
    if (!twin) await this.keep(key, subjectId ? await this.vault.sealFile(tx, subjectId, objectPlace(key), content) : content);
    const name = cleanName(file.original_name, contentType);
    const row = await tx.one<Row>(
      `insert into files.stored_file (account_id, purpose, content_type, size_bytes, sha256, storage_key, original_name, original_name_sealed, subject_id, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
      [tx.accountId, file.purpose, contentType, content.length, sha256, key, subjectId ? null : name, subjectId ? await this.vault.seal(tx, subjectId, namePlace, name) : null, subjectId, tx.actor.id, this.clock.now()],
    );
    if (!row) throw new Error('the file was not stored');
    await record(tx, { action: 'files.file.stored', subject: { type: 'file', id: row.id }, data: { purpose: file.purpose, content_type: contentType, size_bytes: content.length } });
    return shown(row, name);
  }

  /** With `purpose`, a file kept for anything else is not there: ids of other files open nothing. */
  async open(actor: Actor, id: string, options: { purpose?: string } = {}): Promise<OpenFile> {
    const { row, name } = await this.db.read(actor, async (tx) => {
      const found = await tx.one<Row>(`select * from files.stored_file where id = $1 and erased_at is null and ($2::text is null or purpose = $2)`, [id, options.purpose ?? null]);
      if (!found) throw notFound('file', id);
      return { row: found, name: found.subject_id ? await this.vault.open(tx, found.subject_id, namePlace, found.original_name_sealed) : found.original_name };
    });
    if (name === null) throw notFound('file', id);
    return { ...shown(row, name), stream: (range) => (row.subject_id ? this.openSealed(actor, row, row.subject_id, range) : this.openPlain(row, range)) };
  }

  async erase(tx: Tx, id: string): Promise<void> {
    if ((await this.eraseWhere(tx, 'id = $1', [id])) === 0) throw notFound('file', id);
  }

  /** Every file kept about a person in this account; answers how many. */
  eraseOfSubject(tx: Tx, subjectId: string): Promise<number> {
    return this.eraseWhere(tx, 'subject_id = $1', [subjectId]);
  }

  private async eraseWhere(tx: Tx, condition: string, params: unknown[]): Promise<number> {
    const doomed = await tx.sql<Doomed>(`select id, purpose, sha256 from files.stored_file where ${condition} and erased_at is null order by purpose, sha256, id`, params);
    for (const file of doomed) await this.lockBytes(tx, file.purpose, file.sha256);
    const erased = await tx.sql<{ id: string; storage_key: string }>(
      `update files.stored_file set erased_at = $2, sha256 = null, original_name = null, original_name_sealed = null
        where id = any($1::uuid[]) and erased_at is null returning id, storage_key`,
      [doomed.map((d) => d.id), this.clock.now()],
    );
    for (const { id } of erased) await record(tx, { action: 'files.file.erased', subject: { type: 'file', id } });
    const keys = [...new Set(erased.map((e) => e.storage_key))];
    const shared = await tx.sql<{ storage_key: string }>(`select distinct storage_key from files.stored_file where storage_key = any($1) and erased_at is null`, [keys]);
    const unused = keys.filter((key) => !shared.some((s) => s.storage_key === key));
    // A row that came back must find its object, so nothing is removed before the commit. What fails here the sweep takes.
    tx.afterCommit(async () => {
      await Promise.all(unused.map((key) => this.objects.remove(key).catch((error: unknown) => this.log.warn({ err: error }, 'an erased object could not be removed yet'))));
    });
    return erased.length;
  }

  /** Storing and erasing equal bytes wait for each other until commit, or a shared object could vanish under a new row. */
  private async lockBytes(tx: Tx, purpose: string, sha256: Buffer): Promise<void> {
    await tx.sql(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`files:${tx.accountId}:${purpose}:${sha256.toString('hex')}`]);
  }

  private newKey(accountId: string): string {
    const [year, month] = this.clock.now().toISOString().split('-');
    return `${accountId}/${year}/${month}/${randomUUID()}`;
  }

  private async keep(key: string, bytes: Buffer): Promise<void> {
    await this.objects.put(key, bytes).catch((error: unknown) => {
      this.log.error({ err: error }, 'an object could not be stored');
      throw storeFailed(error);
    });
  }

  private async openPlain(row: Row, range: ByteRange | undefined): Promise<Readable> {
    const stream = await this.objects.get(row.storage_key, range).catch((error: unknown) => {
      throw storeFailed(error);
    });
    if (stream) return stream;
    this.log.error({ file: row.id, storage_key: row.storage_key }, 'a stored file has lost its object');
    throw notFound('content of file', row.id);
  }

  /** A seal covers the whole file, so a part of it is cut from the opened whole. */
  private async openSealed(actor: Actor, row: Row, subjectId: string, range: ByteRange | undefined): Promise<Readable> {
    const sealed = await buffer(await this.openPlain(row, undefined));
    const content = await this.db.read(actor, (tx) => this.vault.openFile(tx, subjectId, objectPlace(row.storage_key), sealed));
    if (!content) throw notFound('file', row.id);
    return Readable.from([range ? content.subarray(range.first, range.last + 1) : content]);
  }
}

function shown(row: Row, name: string): StoredFile {
  const { id, purpose, content_type, subject_id, created_by, created_at } = row;
  return { id, purpose, content_type, subject_id, created_by, created_at, size_bytes: Number(row.size_bytes), sha256: row.sha256.toString('hex'), original_name: name };
}
