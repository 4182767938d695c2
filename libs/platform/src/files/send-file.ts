import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { OpenFile } from './file-store';
import { disposition } from './names';
import type { ByteRange } from './object-store';

interface SendOptions {
  /** `attachment` makes browsers save instead of show. */
  as?: 'inline' | 'attachment';
}

/** Answers with a file: type from its row, nothing in it may run, nobody between may keep it. Answers ETag and one Range. */
export async function sendFile(res: Response, file: OpenFile, options: SendOptions = {}): Promise<void> {
  const req = res.req;
  const etag = `"${file.sha256}"`;
  res.setHeader('etag', etag);
  res.setHeader('cache-control', 'private, no-cache');
  res.setHeader('accept-ranges', 'bytes');
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'");
  res.setHeader('content-disposition', disposition(options.as ?? 'inline', file.original_name));
  res.setHeader('content-type', file.content_type);
  if (matches(req.header('if-none-match'), etag)) {
    res.removeHeader('content-type');
    res.status(304).end();
    return;
  }
  const ifRange = req.header('if-range');
  const range = ifRange === undefined || ifRange === etag ? rangeOf(req.header('range'), file.size_bytes) : undefined;
  if (range === 'unsatisfiable') {
    res.removeHeader('content-type');
    res.status(416).setHeader('content-range', `bytes */${file.size_bytes}`).end();
    return;
  }
  const length = range ? range.last - range.first + 1 : file.size_bytes;
  const stream = req.method === 'HEAD' ? undefined : await file.stream(range);
  res.status(range ? 206 : 200).setHeader('content-length', length);
  if (range) res.setHeader('content-range', `bytes ${range.first}-${range.last}/${file.size_bytes}`);
  if (!stream) res.end();
  // A reader that leaves half-way is no fault of ours; a store that breaks ends the connection, never a shorter file.
  else await pipeline(stream, res).catch(() => res.destroy());
}

function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** One range of bytes; several, or anything unreadable, mean the whole file. */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!found) return undefined;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return undefined;
  if (from === '') return to === '0' || Number(to) === 0 ? 'unsatisfiable' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const first = Number(from);
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'unsatisfiable' : { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
