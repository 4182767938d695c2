import { invalid, Refusal } from '../http/refusal';
import { cleanJpeg, type CleanImage } from './jpeg';
import { cleanPng, pngSignature } from './png';

export const contentTypes = ['image/jpeg', 'image/png', 'application/pdf'] as const;
export type ContentType = (typeof contentTypes)[number];

export interface Inspected {
  contentType: ContentType;
  content: Buffer;
}

/** Largest phone cameras make 200 megapixels; beyond that a small file only wants to fill somebody's memory. */
const pixelsMax = 210_000_000;
const headBytes = 1024;
const zipTailBytes = 65_557;
const pdfTailBytes = 1024;

/** What other programs would run or unpack. Looked for where they look: at the head and behind the end. */
const foreignHead = /<(!doctype|html|head|body|script|svg|iframe|\?php)|PK\x03\x04|Rar!\x1a|7z\xbc\xaf|\x7fELF/i;
const foreignTail = /<(!doctype|html|script|svg|\?php)|PK\x03\x04|%PDF-|Rar!\x1a|7z\xbc\xaf|\x7fELF/i;

/** Decides by content what a file is, and answers it without hidden data. Name and headers are never asked. */
export function inspect(bytes: Buffer, allowed: readonly ContentType[]): Inspected {
  if (bytes.length === 0) throw invalid('FILE_EMPTY', 'The file is empty.');
  const contentType = typeOf(bytes);
  if (!contentType || !allowed.includes(contentType)) throw notAllowed(allowed);
  const content = contentType === 'application/pdf' ? checkedPdf(bytes) : checkedImage(contentType, bytes);
  return { contentType, content };
}

function typeOf(bytes: Buffer): ContentType | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (bytes.subarray(0, 8).equals(pngSignature)) return 'image/png';
  return /^%PDF-[12]\.\d/.test(bytes.toString('latin1', 0, 8)) ? 'application/pdf' : undefined;
}

function checkedImage(type: 'image/jpeg' | 'image/png', bytes: Buffer): Buffer {
  const image: CleanImage | undefined = type === 'image/jpeg' ? cleanJpeg(bytes) : cleanPng(bytes);
  if (!image) throw invalid('FILE_DAMAGED', 'The picture is damaged or was cut off. Take or export it again.');
  const pixels = image.width * image.height;
  if (pixels === 0) throw invalid('FILE_DAMAGED', 'The picture has no size.');
  if (pixels > pixelsMax) throw invalid('IMAGE_TOO_LARGE', `The picture has ${Math.round(pixels / 1e6)} megapixels; at most ${pixelsMax / 1e6} are taken.`);
  // What stands behind the end of a picture (a phone's moving photo) is cut off, but a second file there is no accident.
  if (hasForeignHead(image.content) || foreignTail.test(image.trailing.toString('latin1', 0, headBytes)) || endsAsZip(bytes)) throw disguised();
  return image.content;
}

function checkedPdf(bytes: Buffer): Buffer {
  if (hasForeignHead(bytes) || endsAsZip(bytes)) throw disguised();
  const end = bytes.lastIndexOf('%%EOF');
  if (end < 0) throw invalid('FILE_DAMAGED', 'The PDF is damaged or was cut off.');
  if (bytes.length - end > pdfTailBytes) throw disguised();
  return bytes;
}

const hasForeignHead = (bytes: Buffer): boolean => foreignHead.test(bytes.toString('latin1', 0, headBytes));

/** Unpackers read a ZIP from its end: its closing record must reach exactly the end of the file to count. */
function endsAsZip(bytes: Buffer): boolean {
  const first = Math.max(0, bytes.length - zipTailBytes);
  for (let at = bytes.lastIndexOf('PK\x05\x06', bytes.length, 'latin1'); at >= first; at = at > 0 ? bytes.lastIndexOf('PK\x05\x06', at - 1, 'latin1') : -1) {
    if (at + 22 <= bytes.length && at + 22 + bytes.readUInt16LE(at + 20) === bytes.length) return true;
  }
  return false;
}

const words: Record<ContentType, string> = { 'image/jpeg': 'JPEG', 'image/png': 'PNG', 'application/pdf': 'PDF' };

const notAllowed = (allowed: readonly ContentType[]): Refusal =>
  new Refusal('unsupported', 'FILE_TYPE_NOT_ALLOWED', `Send ${allowed.map((t) => words[t]).join(' or ')}; this is something else, whatever its name says.`, { facts: { allowed } });
const disguised = (): Refusal => new Refusal('unsupported', 'FILE_DISGUISED', 'The file is two things at once, a picture or document and something else. Export it again.');
