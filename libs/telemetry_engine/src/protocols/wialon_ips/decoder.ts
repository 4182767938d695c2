import { inflateSync } from 'node:zlib';
import { crc16Arc } from '../crc16';
import { Held, type StreamDecoder, type Unreadable } from '../decoding';
import { ServerTimes } from './body';
import { ipsDefaults, type IpsDecoded, type IpsFrame, type IpsOptions, type IpsVersion } from './frames';
import { fault, isFileAhead, readLine, type FileAhead } from './line';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const compressed = 0xff;

/** Wialon IPS 1.1 and 2.x over TCP. The version is the one the device logged in with; before a login it is 1.1. */
export class IpsDecoder implements StreamDecoder<IpsFrame> {
  private readonly options: IpsOptions;
  private readonly times: ServerTimes;
  private readonly held = new Held();
  /** Where in the held bytes the search for a line end goes on. */
  private searched = 0;
  private file: (FileAhead & { head: Buffer; left: number; sum: number }) | undefined;
  private over = false;
  private loggedIn = false;
  private spoken: IpsVersion;

  constructor(
    options: Partial<IpsOptions> = {},
    private readonly inside?: { version: IpsVersion; loggedIn: boolean; times: ServerTimes },
  ) {
    this.options = { ...ipsDefaults, ...options };
    this.times = inside?.times ?? new ServerTimes();
    this.spoken = inside?.version ?? '1.1';
    this.loggedIn = inside?.loggedIn ?? false;
  }

  get heldBytes(): number {
    return this.held.length;
  }

  get version(): IpsVersion {
    return this.spoken;
  }

  push(chunk: Buffer, receivedAtMs: number): IpsDecoded[] {
    const out: IpsDecoded[] = [];
    if (this.over) return out;
    this.times.receivedAtMs = receivedAtMs;
    const bytes = this.held.join(chunk);
    let at = 0;
    for (;;) {
      const next = this.file ? this.passOver(bytes, at, out) : bytes[at] === compressed ? this.unpack(bytes, at, out) : this.line(bytes, at, out);
      if (next === undefined) break;
      at = next;
      this.searched = 0;
    }
    this.held.keep(bytes, this.over ? bytes.length : at);
    return out;
  }

  /** Reads one line at `at`; answers where the next begins, or undefined when this one is not complete. */
  private line(bytes: Buffer, at: number, out: IpsDecoded[]): number | undefined {
    const limit = this.loggedIn ? this.options.maxLineBytes : this.options.maxLoginBytes;
    const end = bytes.indexOf(lineFeed, at + this.searched);
    if ((end < 0 ? bytes.length : end) - at > limit) return this.end(out, { ...fault(bytes.subarray(at, at + limit), 'too_long'), fatal: true });
    if (end < 0) {
      this.searched = bytes.length - at;
      return undefined;
    }
    let to = end;
    while (to > at && bytes[to - 1] === carriageReturn) to--;
    if (to > at) this.take(bytes.subarray(at, to), out);
    return this.over ? undefined : end + 1;
  }

  private take(line: Buffer, out: IpsDecoded[]): void {
    const read = readLine(line, { version: this.spoken, options: this.options, times: this.times });
    if (isFileAhead(read)) {
      this.file = { ...read, head: line, left: read.size, sum: 0 };
      return;
    }
    if (read.ok && read.frame.type === 'L') {
      this.spoken = read.frame.version;
      this.loggedIn = true;
    }
    if (!read.ok && read.fatal) this.end(out, read);
    else out.push(read);
  }

  /** The bytes of a picture or file are summed and forgotten as they come. */
  private passOver(bytes: Buffer, at: number, out: IpsDecoded[]): number | undefined {
    const file = this.file;
    if (!file) return undefined;
    const part = bytes.subarray(at, at + file.left);
    file.sum = crc16Arc(part, file.sum);
    file.left -= part.length;
    if (file.left === 0) {
      this.file = undefined;
      const intact = file.crc === undefined || file.crc === file.sum || !this.options.strictCrc;
      out.push({ ok: true, frame: { ...file.file, intact }, raw: file.head });
    } else if (part.length === 0) return undefined;
    return at + part.length;
  }

  /** FF, length, zlib stream of one packet. Its length is known, so a broken one is stepped over. */
  private unpack(bytes: Buffer, at: number, out: IpsDecoded[]): number | undefined {
    if (bytes.length < at + 3) return undefined;
    const to = at + 3 + bytes.readUInt16LE(at + 1);
    if (to - at > this.options.maxLoginBytes && !this.loggedIn) return this.end(out, { ...fault(bytes.subarray(at, at + 3), 'too_long'), fatal: true });
    if (bytes.length < to) return undefined;
    const container = bytes.subarray(at, to);
    const limit = this.loggedIn ? this.options.maxLineBytes : this.options.maxLoginBytes;
    const inflated = this.inside ? undefined : inflate(container.subarray(3), limit);
    if (!inflated) {
      out.push(fault(container, 'compression'));
      return to;
    }
    this.takeInflated(inflated, container, out);
    return this.over ? undefined : to;
  }

  private takeInflated(inflated: Buffer, container: Buffer, out: IpsDecoded[]): void {
    const inner = new IpsDecoder(this.options, { version: this.spoken, loggedIn: this.loggedIn, times: this.times });
    const read = inner.push(inflated, this.times.receivedAtMs);
    if (!inner.over && inner.heldBytes > 0 && !inner.file) read.push(...inner.push(Buffer.from([lineFeed]), this.times.receivedAtMs));
    this.spoken = inner.spoken;
    this.loggedIn = inner.loggedIn;
    this.over = inner.over;
    out.push(...read);
    if (!inner.over && (inner.heldBytes > 0 || inner.file)) out.push(fault(container, 'compression'));
  }

  private end(out: IpsDecoded[], last: Unreadable): undefined {
    this.over = true;
    out.push(last);
  }
}

/** Undefined when it is no zlib stream or would grow beyond the limit. */
export function inflate(packed: Buffer, maxBytes: number): Buffer | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: maxBytes });
  } catch {
    return undefined;
  }
}
