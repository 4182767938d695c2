import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Clock } from '../clock';
import { ReadTx, statement, Tx } from '../database';
import { conflict } from '../http/refusal';
import { openBytes, sealBytes } from './envelope';
import { KeyRing } from './key-ring';

interface KeyRow {
  subject_id: string;
  account_id: string | null;
  wrapped: Buffer;
  master_kid: string;
}

interface CachedKey {
  accountId: string | null;
  key: Buffer;
  untilMs: number;
}

/** Account of work in system scope, which belongs to no account. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** An erased subject stays readable in another replica at most this long. */
const cacheMs = 3000;
const cacheMax = 5000;

const readKeys = statement<KeyRow>(`select subject_id, account_id, wrapped, master_kid from crypto.subject_key where subject_id = any($1::uuid[])`);
const addKey = statement<{ subject_id: string }>(
  `insert into crypto.subject_key (subject_id, account_id, wrapped, master_kid) values ($1, $2, $3, $4) on conflict (subject_id) do nothing returning subject_id`,
);
const readErasure = statement<{ subject_id: string }>(`select subject_id from crypto.erasure where subject_id = $1`);

export const wrapPlace = (subjectId: string): string => `crypto.subject_key:${subjectId}`;

/** The key of each person, wrapped by the master key in the database and unwrapped for a few seconds in memory. */
@Injectable()
export class SubjectKeys {
  private readonly cache = new Map<string, CachedKey>();

  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** Key to seal with. Always asks the database: sealing under a destroyed or never committed key would lose the value. */
  async keyToSeal(tx: Tx, subjectId: string, shared: boolean): Promise<Buffer> {
    const known = await tx.one(readKeys, [[subjectId]]);
    if (known) return this.unwrap(known);
    if (await tx.one(readErasure, [subjectId])) throw conflict('SUBJECT_ERASED', 'This person was erased; nothing can be kept about them any more.');
    const key = randomBytes(32);
    const kid = this.ring.currentKid;
    const wrapped = sealBytes(this.ring.key(kid, 'subject-key'), kid, wrapPlace(subjectId), key);
    if (await tx.one(addKey, [subjectId, shared || tx.accountId === nobody ? null : tx.accountId, wrapped, kid])) return key;
    const theirs = await tx.one(readKeys, [[subjectId]]);
    if (!theirs) throw new Error('The subject belongs to another account.');
    return this.unwrap(theirs);
  }

  /** Keys to open with; erased and foreign subjects are missing from the answer. `fresh` distrusts the memory. */
  async keysToOpen(tx: ReadTx, subjectIds: readonly string[], fresh = false): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const missing = new Set<string>();
    const nowMs = this.clock.now().getTime();
    for (const id of subjectIds) {
      const cached = fresh ? undefined : this.cache.get(id);
      if (cached && cached.untilMs > nowMs && (cached.accountId === null || cached.accountId === tx.accountId)) found.set(id, cached.key);
      else missing.add(id);
    }
    if (missing.size === 0) return found;
    for (const row of await tx.sql(readKeys, [[...missing]])) {
      const key = this.unwrap(row);
      found.set(row.subject_id, key);
      this.remember(row, key, nowMs);
    }
    return found;
  }

  forget(subjectId: string): void {
    this.cache.delete(subjectId);
  }

  private unwrap(row: KeyRow): Buffer {
    return openBytes(this.ring.key(row.master_kid, 'subject-key'), wrapPlace(row.subject_id), row.wrapped);
  }

  private remember(row: KeyRow, key: Buffer, nowMs: number): void {
    this.cache.delete(row.subject_id);
    this.cache.set(row.subject_id, { accountId: row.account_id, key, untilMs: nowMs + cacheMs });
    if (this.cache.size <= cacheMax) return;
    const oldest = this.cache.keys().next().value;
    if (oldest !== undefined) this.cache.delete(oldest);
  }
}
