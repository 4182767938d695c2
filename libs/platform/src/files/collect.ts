import type { Readable } from 'node:stream';
import { Refusal } from '../http/refusal';

export const tooLarge = (limitMb: number): Refusal => new Refusal('too_large', 'FILE_TOO_LARGE', `The file is larger than ${limitMb} MB.`, { facts: { limit_mb: limitMb } });

/** Reads a stream up to the limit; the byte behind it ends the reading, whatever the sender still has. */
export async function collect(content: Buffer | Readable, limitMb: number): Promise<Buffer> {
  const limitBytes = limitMb * 1024 * 1024;
  if (Buffer.isBuffer(content)) {
    if (content.length > limitBytes) throw tooLarge(limitMb);
    return content;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer | string>) {
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytes += piece.length;
    // Leaving the loop destroys the stream.
    if (bytes > limitBytes) throw tooLarge(limitMb);
    chunks.push(piece);
  }
  return Buffer.concat(chunks, bytes);
}
