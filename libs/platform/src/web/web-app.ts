import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { NextFunction, Request, Response } from 'express';

interface WebFile {
  type: string;
  plain: Buffer;
  br?: Buffer;
  gzip?: Buffer;
  /** Its name holds a hash of its content, so it never changes. */
  hashed: boolean;
}

/** The built web app by path, as `/assets/index-1a2b3c.js`. A few megabytes, read once: no request touches the disk or can name a file outside. */
export type WebFiles = ReadonlyMap<string, WebFile>;

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Undefined where the web app was not built: the server then answers programs only. */
export function readWebFiles(folder: string): WebFiles | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const found = new Map<string, WebFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const type = types[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    const packed = (ending: string): Buffer | undefined => (existsSync(file + ending) ? readFileSync(file + ending) : undefined);
    const [br, gzip] = [packed('.br'), packed('.gz')];
    found.set(path, { type, plain: readFileSync(file), ...(br ? { br } : {}), ...(gzip ? { gzip } : {}), hashed: path.startsWith('/assets/') });
  }
  return found;
}

/** Addresses of programs: an unknown one is answered with a problem, never with a page. */
const machine = /^\/(api|oauth|\.well-known|healthz|livez|readyz|metrics|assets)(\/|$)/;

const namesFile = /\.[^/]*$/;

/** What a page may load: our own files, and maps from `mapOrigin` when one is set. Styles are set by script, which counts as inline. */
function policy(mapOrigin: string | undefined): string {
  const maps = mapOrigin ? ` ${mapOrigin}` : '';
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${maps}`,
    `connect-src 'self'${maps}`,
    "font-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export interface WebOptions {
  /** MapLibre style of the operator's own choice; unset, the map draws what comes with the app. */
  mapStyleUrl?: string | undefined;
  /** GeoJSON of streets to draw where no style is set; made when somebody first asks. */
  streets?: (() => object) | undefined;
}

/** Serves the app at its own addresses and its index at every address a person may type. What is not its business goes on to the routes. */
export function webApp(files: WebFiles, options: WebOptions = {}): (req: Request, res: Response, next: NextFunction) => void {
  const index = files.get('/index.html');
  const security = policy(options.mapStyleUrl ? new URL(options.mapStyleUrl).origin : undefined);
  const settings = jsonFile({ map_style_url: options.mapStyleUrl ?? null, streets_url: options.streets ? streetsPath : null });
  let streets: WebFile | undefined;
  const made = (path: string): WebFile | undefined => {
    if (path === '/web-settings.json') return settings;
    return path === streetsPath && options.streets ? (streets ??= jsonFile(options.streets())) : undefined;
  };
  return (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next();
    const file = made(req.path) ?? files.get(req.path);
    if (file && req.path !== '/index.html') return send(req, res, file);
    if (!index || machine.test(req.path) || !req.accepts('html') || namesFile.test(req.path)) return next();
    res.setHeader('content-security-policy', security);
    send(req, res, index);
  };
}

const streetsPath = '/web-streets.json';

function jsonFile(content: object): WebFile {
  const plain = Buffer.from(JSON.stringify(content));
  return { type: types['.json'] ?? '', plain, gzip: gzipSync(plain), hashed: false };
}

function send(req: Request, res: Response, file: WebFile): void {
  const coding = req.acceptsEncodings(file.br ? ['br', 'gzip', 'identity'] : ['gzip', 'identity']);
  const packed = coding === 'br' ? file.br : coding === 'gzip' ? file.gzip : undefined;
  res.setHeader('content-type', file.type);
  res.setHeader('cache-control', file.hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  res.setHeader('vary', 'accept-encoding');
  if (packed) res.setHeader('content-encoding', coding as string);
  res.end(packed ?? file.plain);
}
