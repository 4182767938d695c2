import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { Db, type Actor, type Tx } from '../database';
import { conflict, invalid, rule } from './refusal';

interface StoredAnswer {
  fingerprint: string;
  status: number | null;
  body: unknown;
  location: string | null;
}

/**
 * A POST with an Idempotency-Key runs in one transaction with the row that remembers its answer: a repeat gets that
 * answer and has no second effect, whatever crashed in between. Refusals are not remembered; they had no effect.
 */
@Injectable()
export class Idempotency {
  constructor(private readonly db: Db) {}

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

  private async once(tx: Tx, actor: Actor, key: string, req: Request, res: Response, answer: () => Promise<unknown>): Promise<unknown> {
    const fingerprint = fingerprintOf(req);
    const earlier = await this.claim(tx, actor, key, fingerprint);
    if (earlier) {
      tx.withoutAudit('a repeated request changes nothing');
      if (earlier.fingerprint !== fingerprint) throw rule('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request. Use a new key.');
      res.status(earlier.status ?? 200).setHeader('idempotency-replayed', 'true');
      if (earlier.location) res.setHeader('location', earlier.location);
      return earlier.body;
    }
    const body = await answer();
    await tx.sql(`update http.idempotent_answer set status = $4, body = $5, location = $6 where account_id = $1 and actor_id = $2 and key = $3`, [
      actor.accountId,
      actor.id,
      key,
      res.statusCode,
      JSON.stringify(body ?? null),
      res.getHeader('location') ?? null,
    ]);
    return body;
  }

  /** The unique key makes a concurrent twin wait here until the first has committed or failed. */
  private async claim(tx: Tx, actor: Actor, key: string, fingerprint: string): Promise<StoredAnswer | undefined> {
    await tx.sql(`set local lock_timeout = '10s'`);
    try {
      const claimed = await tx.execute(
        `insert into http.idempotent_answer (account_id, actor_id, key, fingerprint) values ($1, $2, $3, $4) on conflict do nothing`,
        [actor.accountId, actor.id, key, fingerprint],
      );
      if (claimed === 1) return undefined;
    } catch (error) {
      if ((error as { code?: string }).code === '55P03') throw conflict('IDEMPOTENCY_IN_PROGRESS', 'The first request with this key is still running. Ask again shortly.');
      throw error;
    }
    return tx.one<StoredAnswer>(`select fingerprint, status, body, location from http.idempotent_answer where account_id = $1 and actor_id = $2 and key = $3`, [
      actor.accountId,
      actor.id,
      key,
    ]);
  }
}

function fingerprintOf(req: Request): string {
  const body: unknown = req.body;
  const content = Buffer.isBuffer(body) ? body : body === undefined ? `bytes:${req.header('content-length') ?? ''}` : JSON.stringify(body);
  const upload = (req as { file?: { buffer?: Buffer } }).file?.buffer ?? '';
  return createHash('sha256').update(`${req.method} ${req.originalUrl}\n`).update(content).update(upload).digest('base64url');
}
