import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** helmet's headers never change while the server runs, so it is asked once instead of for every request. */
export function securityHeaders(https: boolean): (req: Request, res: Response, next: NextFunction) => void {
  const headers: [string, string][] = [];
  const listener = helmet({ strictTransportSecurity: https, contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } });
  const asked = { setHeader: (name: string, value: string) => headers.push([name, value]), removeHeader: () => undefined };
  listener({ headers: {} } as never, asked as never, (fault?: unknown) => {
    if (fault) throw fault as Error;
  });
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}
