import type { NextFunction, Request, Response } from 'express';
import { Refusal } from './refusal';

/** Types that routes read themselves. Everything else with a body must have been parsed as JSON by now. */
const readByRoute = /^(multipart\/form-data|text\/csv|application\/x-ndjson|application\/octet-stream|application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet|image\/(png|jpeg))\b/;

export function onlyKnownBodies(req: Request, _res: Response, next: NextFunction): void {
  const hasBody = req.header('transfer-encoding') !== undefined || Number(req.header('content-length') ?? 0) > 0;
  if (hasBody && req.body === undefined && !readByRoute.test(req.header('content-type') ?? '')) {
    throw new Refusal('unsupported', 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json.');
  }
  next();
}
