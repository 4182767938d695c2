import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { Rotation, SecretBox } from '../crypto';
import { Db, type Actor, type Tx } from '../database';
import { conflict, invalid, rule } from './refusal';

interface StoredAnswer {
  id: string;
  fingerprint: string;
  status: number | null;
  body_sealed: Buffer | null;
  location: string | null;
}

/**
 * A POST with an Idempotency-Key runs in one transaction with the row that remembers its answer: a repeat gets that
 * answer and has no second effect, whatever crashed in between. Refusals are not remembered; they had no effect.
 * Answers are kept sealed: some show a secret or a person this once.
 */
@Injectable()
export class Idempotency implements OnModuleInit {
  constructor(
    private readonly db: Db,
    private readonly box: SecretBox,
    private readonly rotation: Rotation,
  ) {}

  onModuleInit(): void {
    this.rotation.alsoRewrap({ table: 'http.idempotent_answer', id: 'id', column: 'body_sealed', place });
  }

  /** The key of this request, when it has one that counts. */
  keyOf(req: Request & { user?: Actor }): string | undefined {
    const key = req.headers['idempotency-key'];
    if (key === undefined || req.method !== 'POST' || !req.user) return undefined;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(key)) throw invalid('BAD_IDEMPOTENCY_KEY', 'Idempotency-Key must be 8 to 200 printable characters.');
    return key;
  }

  run(key: string, req: Request & { user?: Actor }, res: Response, answer: () => Promise<unknown>): Promise<unknown> {
    const actor = req.user as Actor;
    return this.db.write(actor, (tx) => this.once(tx, actor, key, req, res, answer));
  }

  /** Drops remembered answers that name one of these ids or were given to this person, when somebody is erased. */
  async forget(tx: Tx, ids: readonly string[], actorId: string | null): Promise<void> {
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const rows = await tx.sql<{ id: string; actor_id: string; body_sealed: Buffer | null }>(
        `select id, actor_id, body_sealed from http.idempotent_answer where account_id = $1 and id > $2 order by id limit 500`,
        [tx.accountId, after],
      );
      const shown = (row: { id: string; body_sealed: Buffer | null }): string => (row.body_sealed ? this.box.openText(place(row.id), row.body_sealed) : '');
      const gone = rows.filter((row) => row.actor_id === actorId || ids.some((id) => shown(row).includes(id))).map((row) => row.id);
      await tx.sql(`delete from http.idempotent_answer where id = any($1::uuid[])`, [gone]);
      const last = rows.at(-1);
      if (!last || rows.length < 500) return;
      after = last.id;
    }
  }

  private async once(tx: Tx, actor: Actor, key: string, req: Request, res: Response, answer: () => Promise<unknown>): Promise<unknown> {
    const fingerprint = fingerprintOf(req);
    const { earlier, id } = await this.claim(tx, actor, key, fingerprint);
    if (earlier) {
      tx.withoutAudit('a repeated request changes nothing');
      if (earlier.fingerprint !== fingerprint) throw rule('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request. Use a new key.');
      res.status(earlier.status ?? 200).setHeader('idempotency-replayed', 'true');
      if (earlier.location) res.setHeader('location', earlier.location);
      return earlier.body_sealed ? (JSON.parse(this.box.openText(place(id), earlier.body_sealed)) as unknown) : undefined;
    }
    const body = await answer();
    const sealed = body === undefined ? null : this.box.seal(place(id), JSON.stringify(body));
    await tx.sql(`update http.idempotent_answer set status = $2, body_sealed = $3, location = $4 where id = $1`, [id, res.statusCode, sealed, res.getHeader('location') ?? null]);
    return body;
  }

  /** The unique key makes a concurrent twin wait here until the first has committed or failed. */
  private async claim(tx: Tx, actor: Actor, key: string, fingerprint: string): Promise<{ id: string; earlier?: StoredAnswer }> {
    await tx.sql(`set local lock_timeout = '10s'`);
    try {
      const claimed = await tx.one<{ id: string }>(
        `insert into http.idempotent_answer (account_id, actor_id, key, fingerprint) values ($1, $2, $3, $4) on conflict do nothing returning id`,
        [actor.accountId, actor.id, key, fingerprint],
      );
      if (claimed) return { id: claimed.id };
    } catch (error) {
      if ((error as { code?: string }).code === '55P03') throw conflict('IDEMPOTENCY_IN_PROGRESS', 'The first request with this key is still running. Ask again shortly.');
      throw error;
    }
    const earlier = await tx.one<StoredAnswer>(
      `select id, fingerprint, status, body_sealed, location from http.idempotent_answer where account_id = $1 and actor_id = $2 and key = $3`,
      [actor.accountId, actor.id, key],
    );
    if (!earlier) throw conflict('IDEMPOTENCY_IN_PROGRESS', 'The first request with this key is just ending. Ask again.');
    return { id: earlier.id, earlier };
  }
}

const place = (id: string): string => `http.idempotent_answer:${id}`;

function fingerprintOf(req: Request): string {
  const body: unknown = req.body;
  const content = Buffer.isBuffer(body) ? body : body === undefined ? `bytes:${req.header('content-length') ?? ''}` : JSON.stringify(body);
  const upload = (req as { file?: { buffer?: Buffer } }).file?.buffer ?? '';
  return createHash('sha256').update(`${req.method} ${req.originalUrl}\n`).update(content).update(upload).digest('base64url');
}
