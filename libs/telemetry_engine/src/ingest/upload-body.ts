import type { Request } from 'express';
import { isAscii } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { invalid, Refusal } from '@fleet/platform/http';
import { ReadError } from './read-samples';

/** As sent, before anything is unpacked. */
const wireBytesMax = 8 * 1024 * 1024;
/** A small archive can hold gigabytes of blanks. */
const plainBytesMax = 32 * 1024 * 1024;
export const samplesMax = 5000;

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

const tooLarge = (): Refusal => new Refusal('too_large', 'BODY_TOO_LARGE', `Send at most ${samplesMax} samples and ${wireBytesMax >> 20} MB at once.`);

/** The bytes of the body exactly as they were sent. Listened to, not iterated: an iterator stops and starts the socket. */
export function wireBytes(req: Request): Promise<Buffer> {
  if (Number(req.header('content-length') ?? 0) > wireBytesMax) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= wireBytesMax) chunks.push(chunk);
      else reject(tooLarge());
    });
    req.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes)));
    req.once('close', () => reject(invalid('REQUEST_ABORTED', 'The request ended before its body was complete.')));
    if (req.readableEnded) resolve(Buffer.alloc(0));
  });
}

export async function unpacked(wire: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (!encoding || encoding === 'identity') return wire;
  const unpack = unpackers[encoding.trim().toLowerCase() as keyof typeof unpackers];
  if (!unpack) throw new Refusal('unsupported', 'UNSUPPORTED_ENCODING', 'The content encoding is not supported; send identity, gzip, deflate or br.');
  try {
    return await unpack(wire, { maxOutputLength: plainBytesMax });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw invalid('MALFORMED_ENCODING', `The body is not valid ${encoding}.`);
  }
}

/** The items of a JSON array or of NDJSON lines. A line that is no JSON is an item that is wrong, not a wrong upload. */
export function itemsOf(plain: Buffer, contentType: string): unknown[] {
  // Telemetry is nearly always plain ASCII, which needs no decoding.
  const text = plain.toString(isAscii(plain) ? 'latin1' : 'utf8');
  const items = /\bx-ndjson\b|\bjsonl\b|\bjson-seq\b/.test(contentType) ? linesOf(text) : arrayOf(text, contentType);
  if (items.length > samplesMax) throw new Refusal('too_large', 'TOO_MANY_SAMPLES', `Send at most ${samplesMax} samples at once, not ${items.length}.`);
  return items;
}

function arrayOf(text: string, contentType: string): unknown[] {
  if (!/\bjson\b/.test(contentType)) throw new Refusal('unsupported', 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json or application/x-ndjson.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid('MALFORMED_JSON', 'The body is not valid JSON.');
  }
  if (Array.isArray(parsed)) return parsed;
  if (typeof parsed === 'object' && parsed !== null) return [parsed];
  throw invalid('NOT_A_LIST', 'The body must be a list of samples.');
}

function linesOf(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      return new ReadError('malformed_json', 'The line is not valid JSON.');
    }
  });
}
