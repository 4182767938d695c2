import type { NextFunction, Request, RequestHandler, Response } from 'express';
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

/** The handler for every address but these, whose routes read the body themselves. */
export function exceptAt(paths: readonly string[], handler: RequestHandler): RequestHandler {
  const own = new Set(paths);
  // Express finds a route under any case and with a slash at the end.
  return (req, res, next) => (own.has(req.path.toLowerCase().replace(/\/+$/, '')) ? next() : handler(req, res, next));
}
