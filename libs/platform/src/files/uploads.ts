import type { Request } from 'express';
import type { Readable } from 'node:stream';
import type { Config } from '../config';
import { Refusal } from '../http/refusal';

export interface UploadOptions {
  storage: UploadMemory;
  limits: Record<string, number>;
  defParamCharset: string;
}

export const UPLOAD_OPTIONS = Symbol('UPLOAD_OPTIONS');

/** What multer is told: one file, few small fields, names in UTF-8. */
export function uploadOptions(config: Config): UploadOptions {
  const limits = { fileSize: config.FILE_LIMIT_MB * 1024 * 1024, files: 1, fields: 30, parts: 32, fieldSize: 64 * 1024, headerPairs: 50, fieldNestingDepth: 2 };
  return { storage: new UploadMemory(config.FILE_LIMIT_MB), limits, defParamCharset: 'utf8' };
}

interface Incoming {
  stream: Readable;
}

type Done = (error: Error | null, info?: { buffer: Buffer; size: number }) => void;

/** Files being received share this much memory; whoever comes when it is full is asked to come again. */
const sharedMinBytes = 64 * 1024 * 1024;

/** Where multer puts uploads: memory, counted over all requests so that many at once cannot exhaust the process. */
export class UploadMemory {
  private heldBytes = 0;

  constructor(private readonly limitMb: number) {}

  get held(): number {
    return this.heldBytes;
  }

  _handleFile(req: Request, file: Incoming, done: Done): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let settled = false;
    const settle: Done = (error, info) => {
      if (settled) return;
      settled = true;
      done(error, info);
    };
    // Held until the answer is out: the handler works on these bytes.
    req.res?.once('close', () => {
      this.heldBytes -= bytes;
      bytes = 0;
      settle(new Error('the upload ended early'));
    });
    file.stream.on('data', (chunk: Buffer) => {
      if (settled) return;
      bytes += chunk.length;
      this.heldBytes += chunk.length;
      chunks.push(chunk);
      if (this.heldBytes <= Math.max(sharedMinBytes, this.limitMb * 4 * 1024 * 1024)) return;
      chunks.length = 0;
      settle(new Refusal('unavailable', 'UPLOADS_BUSY', 'Many files are arriving just now. Try again shortly.', { headers: { 'retry-after': '5' } }));
    });
    file.stream.on('error', (error: Error) => settle(error));
    file.stream.on('end', () => settle(null, { buffer: Buffer.concat(chunks), size: bytes }));
  }

  _removeFile(_req: Request, file: { buffer?: Buffer }, done: (error: null) => void): void {
    delete file.buffer;
    done(null);
  }
}
