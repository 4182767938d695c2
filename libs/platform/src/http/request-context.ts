import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

interface RequestContext {
  requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();
const wellFormed = /^[\w.:-]{8,128}$/;

/** Gives every request an id: the caller's own when it is well formed, so that logs of both sides can be joined. */
export function requestContext(req: Request, res: Response, next: NextFunction): void {
  const given = req.header('x-request-id');
  const requestId = given && wellFormed.test(given) ? given : randomUUID();
  res.setHeader('x-request-id', requestId);
  storage.run({ requestId }, next);
}

export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

/** Work outside a request (a job, a device frame) that wants its log lines and audit rows tied together. */
export function withRequestId<T>(requestId: string, work: () => T): T {
  return storage.run({ requestId }, work);
}
