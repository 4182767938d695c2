import { crc32 } from 'node:zlib';
import type { CleanImage } from './jpeg';

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Chunks that change what is seen. Texts, Exif, times, animation and everything unknown are left out. */
const kept = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'pHYs', 'cICP', 'bKGD', 'iCCP']);
const profileMaxBytes = 512 * 1024;

interface Chunk {
  type: string;
  data: Buffer;
  whole: Buffer;
  next: number;
}

/** Copies the chunks a decoder needs, bit for bit. Undefined when the file is broken, cut off or no PNG. */
export function cleanPng(bytes: Buffer): CleanImage | undefined {
  if (!bytes.subarray(0, 8).equals(pngSignature)) return undefined;
  const parts: Buffer[] = [pngSignature];
  let size: { width: number; height: number } | undefined;
  let hasPicture = false;
  for (let at = 8; ; ) {
    const chunk = chunkAt(bytes, at);
    if (!chunk) return undefined;
    at = chunk.next;
    if (chunk.type === 'IHDR') {
      if (size || chunk.data.length !== 13) return undefined;
      size = { width: chunk.data.readUInt32BE(0), height: chunk.data.readUInt32BE(4) };
    } else if (!size) return undefined;
    hasPicture ||= chunk.type === 'IDAT';
    if (kept.has(chunk.type) && !(chunk.type === 'iCCP' && chunk.data.length > profileMaxBytes)) parts.push(chunk.whole);
    if (chunk.type !== 'IEND') continue;
    return hasPicture && size ? { ...size, content: Buffer.concat(parts), trailing: bytes.subarray(at) } : undefined;
  }
}

function chunkAt(bytes: Buffer, at: number): Chunk | undefined {
  if (at + 12 > bytes.length) return undefined;
  const length = bytes.readUInt32BE(at);
  const next = at + 12 + length;
  if (length > 0x7fffffff || next > bytes.length) return undefined;
  const type = bytes.toString('latin1', at + 4, at + 8);
  const checked = bytes.subarray(at + 4, next - 4);
  if (!/^[A-Za-z]{4}$/.test(type) || crc32(checked) !== bytes.readUInt32BE(next - 4)) return undefined;
  return { type, data: checked.subarray(4), whole: bytes.subarray(at, next), next };
}
