import { Injectable, type NestMiddleware } from '@nestjs/common';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { Clock } from '@fleet/platform/clock';
import type { Actor } from '@fleet/platform/database';
import { Refusal } from '@fleet/platform/http';
import { IngestKeys, type KnownKey } from './ingest-key.service';
import { wireBytes } from './upload-body';

/** What this door leaves for the route behind it. */
export interface SignedRequest {
  user?: Actor;
  signedBody?: Buffer;
}

const windowMs = 300_000;
const seenMax = 200_000;
const onlyWrites = new Set(['telemetry_engine.sample.write']);

/**
 * The door for programs with a key instead of a login. They sign with it, HMAC-SHA256 over "<timestamp>.<body as sent>", good
 * for five minutes and one stored upload; or, able to send a fixed header only, show it as Basic and rely on TLS.
 */
@Injectable()
export class KeyedUploads implements NestMiddleware {
  /** Signature -> when it stops being acceptable anyway. */
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly keys: IngestKeys,
    private readonly clock: Clock,
  ) {}

  use(req: Request & SignedRequest, res: Response, next: NextFunction): void {
    // Samples are their own idempotency key; remembering whole answers would hold a connection while another one writes.
    delete req.headers['idempotency-key'];
    const isSigned = req.headers['x-fleet-signature'] !== undefined || req.headers['x-fleet-key'] !== undefined;
    const shown = /^basic ([\w+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (isSigned) this.admitSigned(req, res).then(() => next(), next);
    else if (shown !== undefined) this.admitShown(req, shown).then(() => next(), next);
    else next();
  }

  private async admitShown(req: SignedRequest, shown: string): Promise<void> {
    const [id = '', ...rest] = Buffer.from(shown, 'base64').toString('utf8').split(':');
    const key = await this.keys.find(id);
    const given = createHash('sha256').update(rest.join(':')).digest();
    if (!key || !timingSafeEqual(given, createHash('sha256').update(key.secret).digest())) throw refused('UNKNOWN_KEY', 'There is no such key that may upload with this secret.');
    req.user = actorOf(key);
  }

  private async admitSigned(req: Request & SignedRequest, res: Response): Promise<void> {
    const stamp = req.header('x-fleet-timestamp') ?? '';
    const now = this.clock.now().getTime();
    const stampMs = timeOf(stamp);
    if (!(Math.abs(now - stampMs) <= windowMs)) throw refused('SIGNATURE_EXPIRED', 'x-fleet-timestamp must be the current time in Unix seconds, at most five minutes off.');
    const key = await this.keys.find(req.header('x-fleet-key') ?? '');
    if (!key) throw refused('UNKNOWN_KEY', 'x-fleet-key names no key that may upload.');
    const body = await wireBytes(req);
    const given = Buffer.from((req.header('x-fleet-signature') ?? '').replace(/^sha256=/i, ''), 'hex');
    const right = createHmac('sha256', key.secret).update(`${stamp}.`).update(body).digest();
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw refused('WRONG_SIGNATURE', 'The signature does not fit key, timestamp and body.');
    this.refuseReplay(`${key.id} ${right.toString('base64url')}`, now, stampMs, res);
    req.user = actorOf(key);
    req.signedBody = body;
  }

  private refuseReplay(id: string, now: number, stampMs: number, res: Response): void {
    if (this.seen.has(id)) throw refused('SIGNATURE_REPLAYED', 'This signed upload was received before. Sign a repeat with a new timestamp.');
    for (const [old, until] of this.seen) {
      if (until > now && this.seen.size < seenMax) break;
      this.seen.delete(old);
    }
    this.seen.set(id, Math.max(now, stampMs) + windowMs);
    // What was not stored may be sent again as it is.
    res.once('close', () => {
      if (res.statusCode >= 500 || !res.writableFinished) this.seen.delete(id);
    });
  }
}

const actorOf = (key: KnownKey): Actor => ({ kind: 'client', id: key.id, accountId: key.account_id, role: null, permissions: onlyWrites, parkIds: key.park_ids });

/** Unix seconds; milliseconds are told by their size. */
function timeOf(stamp: string): number {
  if (!/^\d{9,14}(\.\d+)?$/.test(stamp)) return NaN;
  const value = Number(stamp);
  return value > 1e11 ? value : value * 1000;
}

const refused = (code: string, detail: string): Refusal => new Refusal('unauthenticated', code, detail, { headers: { 'www-authenticate': 'Fleet-HMAC' } });
