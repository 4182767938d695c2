import { crc16Arc } from '../crc16';
import type { Unreadable } from '../decoding';
import { readBody, type ServerTimes } from './body';
import { maxBodies, type IpsBody, type IpsDecoded, type IpsFile, type IpsOptions, type IpsVersion } from './frames';

/** A file announced by its line; the next `size` bytes of the stream are its contents. */
export interface FileAhead {
  file: Omit<IpsFile, 'intact'>;
  size: number;
  crc: number | undefined;
}

export interface LineContext {
  version: IpsVersion;
  options: IpsOptions;
  times: ServerTimes;
}

const semicolon = 0x3b;
const bar = 0x7c;
const hash = 0x23;
const crcForm = /^(0x)?([0-9a-f]{1,4})$/i;

/** One line without its line end: a frame, a fault, or the head of a file. */
export function readLine(line: Buffer, context: LineContext): IpsDecoded | FileAhead {
  const end = line[0] === hash ? line.indexOf(hash, 1) : -1;
  if (end < 2 || end > 8) return fault(line, 'not_ips');
  const type = line.toString('latin1', 1, end);
  const content = line.subarray(end + 1);
  switch (type) {
    case 'L':
      return readLogin(line, content, context);
    case 'SD':
    case 'D':
      return readData(line, type, content, context);
    case 'B':
      return readBlackBox(line, content, context);
    case 'P':
      return { ok: true, frame: { type: 'P' }, raw: line };
    case 'M':
      return readMessage(line, content, context);
    case 'I':
    case 'T':
    case 'IT':
      return readFileHead(line, type, content, context);
    default:
      return fault(line, 'unknown_type');
  }
}

export function isFileAhead(read: IpsDecoded | FileAhead): read is FileAhead {
  return 'file' in read;
}

export function fault(raw: Buffer, reason: string, type?: string): Unreadable {
  return { ok: false, reason, raw, ...(type ? { type } : {}) };
}

/** The content before its check sum, which covers everything up to and with the last separator. */
function withoutCrc(content: Buffer, separator: number, { version, options }: LineContext): Buffer | undefined {
  if (version === '1.1') return content;
  const last = content.lastIndexOf(separator);
  const written = crcForm.exec(content.toString('latin1', last + 1, Math.min(content.length, last + 9)).trim());
  const plausible = written !== null && content.length - last <= 9;
  const right = plausible && Number.parseInt(written[2] as string, 16) === crc16Arc(content.subarray(0, last + 1));
  if (!right && options.strictCrc) return undefined;
  return plausible ? content.subarray(0, Math.max(last, 0)) : content;
}

function readLogin(line: Buffer, content: Buffer, context: LineContext): IpsDecoded {
  const fields = content.toString('utf8').split(';');
  const named = fields.length >= 3 ? /^(\d+)\.\d+$/.exec(fields[0] as string) : null;
  if (!named) {
    const [deviceId, password] = fields.map((field) => field.trim());
    if (fields.length > 3 || (fields[2] ?? '') !== '' || !isDeviceId(deviceId)) return fault(line, 'structure', 'L');
    return { ok: true, frame: { type: 'L', version: '1.1', deviceId, password: secret(password) }, raw: line };
  }
  if (named[1] !== '2') return fault(line, 'version', 'L');
  const checked = withoutCrc(content, semicolon, { ...context, version: '2.0' });
  if (!checked) return fault(line, 'crc', 'L');
  const [, deviceId, password, ...rest] = checked.toString('utf8').split(';').map((field) => field.trim());
  if (!isDeviceId(deviceId) || rest.length > 0) return fault(line, 'structure', 'L');
  return { ok: true, frame: { type: 'L', version: '2.0', deviceId, password: secret(password) }, raw: line };
}

/** Printable, short: it is looked up, logged, and echoed by nobody. */
export function isDeviceId(text: string | undefined): text is string {
  return text !== undefined && text !== 'NA' && /^[\w.:@ -]{1,64}$/.test(text);
}

function secret(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text === 'NA' ? undefined : text;
}

function readData(line: Buffer, type: 'SD' | 'D', content: Buffer, context: LineContext): IpsDecoded {
  const checked = withoutCrc(content, semicolon, context);
  if (!checked) return fault(line, 'crc', type);
  const sample = readBody(checked.toString('utf8'), type, context.times);
  return typeof sample === 'string' ? fault(line, sample, type) : { ok: true, frame: { type, sample }, raw: line };
}

function readBlackBox(line: Buffer, content: Buffer, context: LineContext): IpsDecoded {
  const checked = withoutCrc(content, bar, context);
  if (!checked) return fault(line, 'crc', 'B');
  const bodies: IpsBody[] = [];
  for (let from = 0; from < checked.length; ) {
    const next = checked.indexOf(bar, from);
    const to = next < 0 ? checked.length : next;
    const raw = checked.subarray(from, to);
    from = to + 1;
    if (raw.length === 0) continue;
    if (bodies.length === maxBodies) return fault(line, 'structure', 'B');
    const sample = readBody(raw.toString('utf8'), 'any', context.times);
    bodies.push(typeof sample === 'string' ? { ok: false, reason: sample, raw } : { ok: true, sample, raw });
  }
  return { ok: true, frame: { type: 'B', bodies }, raw: line };
}

function readMessage(line: Buffer, content: Buffer, context: LineContext): IpsDecoded {
  const checked = withoutCrc(content, semicolon, context);
  if (!checked) return fault(line, 'crc', 'M');
  return { ok: true, frame: { type: 'M', text: checked.toString('utf8').trim() }, raw: line };
}

/** I: size;index;count;date;time;name, T: code;size;index, IT: date;time;driver;code;count. Version 2 adds the contents' check sum. */
function readFileHead(line: Buffer, type: IpsFile['type'], content: Buffer, { version, options }: LineContext): IpsDecoded | FileAhead {
  const fields = content.toString('utf8').split(';').map((field) => field.trim());
  if (type === 'IT') return { ok: true, frame: { type, index: '', intact: true }, raw: line };
  const [sizeText, indexText] = type === 'I' ? [fields[0], fields[1]] : [fields[1], fields[2]];
  const size = /^\d{1,9}$/.test(sizeText ?? '') ? Number(sizeText) : -1;
  const crcText = version === '2.0' || type === 'T' ? crcForm.exec(fields.at(-1) ?? '') : undefined;
  // Without the size nobody knows where the next line begins.
  if (size < 0 || !/^\d{1,6}$/.test(indexText ?? '') || crcText === null) return { ...fault(line, 'structure', type), fatal: true };
  if (size > options.maxFileBytes) return { ...fault(line, 'too_long', type), fatal: true };
  return { file: { type, index: indexText as string }, size, crc: crcText && Number.parseInt(crcText[2] as string, 16) };
}
