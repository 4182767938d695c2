import { readOrientation, smallestExif } from './orientation';

/** What is left of an image once everything that is not the picture is gone, and what stood behind its end. */
export interface CleanImage {
  content: Buffer;
  width: number;
  height: number;
  trailing: Buffer;
}

const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const app0 = 0xe0;
const app1 = 0xe1;
const app15 = 0xef;
const comment = 0xfe;
/** Progressive pictures have about ten; thousands only keep decoders busy. */
const scansMax = 100;

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const begins = (payload: Buffer, text: string): boolean => payload.subarray(0, text.length).toString('latin1') === text;

/**
 * Copies the segments a decoder needs and leaves out Exif, GPS, XMP, IPTC, comments, thumbnails and maker notes. Picture
 * data is untouched. Of Exif only the orientation comes back, or phone photos would lie on their side. Undefined: broken.
 */
export function cleanJpeg(bytes: Buffer): CleanImage | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return undefined;
  const kept: Buffer[] = [];
  let head: Buffer | undefined;
  let orientation = 1;
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  let at = 2;
  for (;;) {
    const marker = markerAt(bytes, at);
    if (!marker) return undefined;
    at = marker.next;
    if (marker.code === endOfImage) break;
    const segment = segmentAt(bytes, at);
    if (!segment) return undefined;
    at = segment.next;
    if (isFrame(marker.code)) {
      if (size || segment.payload.length < 6) return undefined;
      size = { height: segment.payload.readUInt16BE(1), width: segment.payload.readUInt16BE(3) };
    }
    if (marker.code === app1 && begins(segment.payload, 'Exif\0\0') && orientation === 1) orientation = readOrientation(segment.payload.subarray(6));
    if (marker.code === app0 && begins(segment.payload, 'JFIF\0')) head ??= jfifWithoutThumbnail(segment.payload);
    else if (isKept(marker.code, segment.payload)) kept.push(written(marker.code, segment.payload));
    if (marker.code !== startOfScan) continue;
    const end = endOfScan(bytes, at);
    if (end === undefined || !size || scans >= scansMax) return undefined;
    kept.push(bytes.subarray(at, end));
    at = end;
    scans += 1;
  }
  if (!size || scans === 0) return undefined;
  const opening = [Buffer.from([0xff, startOfImage]), ...(head ? [head] : []), ...(orientation === 1 ? [] : [written(app1, smallestExif(orientation))])];
  return { ...size, content: Buffer.concat([...opening, ...kept, Buffer.from([0xff, endOfImage])]), trailing: bytes.subarray(at) };
}

/** A marker may be preceded by any number of fill bytes. */
function markerAt(bytes: Buffer, from: number): { code: number; next: number } | undefined {
  if (bytes[from] !== 0xff) return undefined;
  let at = from + 1;
  while (bytes[at] === 0xff) at += 1;
  const code = bytes[at];
  if (code === undefined || code < 0xc0 || isRestart(code) || code === startOfImage) return undefined;
  return { code, next: at + 1 };
}

function segmentAt(bytes: Buffer, at: number): { payload: Buffer; next: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const length = bytes.readUInt16BE(at);
  const next = at + length;
  return length < 2 || next > bytes.length ? undefined : { payload: bytes.subarray(at + 2, next), next };
}

/** Where the compressed data ends: the first marker that is neither a stuffed byte nor a restart. */
function endOfScan(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1] ?? 0;
    if (code === 0 || code === 0xff || isRestart(code)) {
      if (code !== 0xff) at += 1;
      continue;
    }
    return at;
  }
  return undefined;
}

/** Colour profile and Adobe's colour transform change what is seen; every other application segment only tells. */
function isKept(marker: number, payload: Buffer): boolean {
  if (marker === 0xe2) return begins(payload, 'ICC_PROFILE\0');
  if (marker === 0xee) return begins(payload, 'Adobe') && payload.length <= 16;
  return marker !== comment && !(marker >= app0 && marker <= app15);
}

function jfifWithoutThumbnail(payload: Buffer): Buffer | undefined {
  if (payload.length < 14) return undefined;
  const plain = Buffer.from(payload.subarray(0, 14));
  plain.fill(0, 12);
  return written(app0, plain);
}

function written(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}
