/** One element of the records array, exactly as its bytes stood in the file. */
export interface SplitElement {
  /** Empty when the element was larger than the limit. */
  bytes: Buffer;
  length: number;
  tooLarge: boolean;
}

export class MalformedFeed extends Error {
  constructor(
    readonly truncated: boolean,
    message: string,
  ) {
    super(message);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const isSpace = (b: number): boolean => b === 0x20 || b === 0x0a || b === 0x0d || b === 0x09;
const byteOrderMark = [0xef, 0xbb, 0xbf];
const keyMax = 64;
const metadataMax = 65_536;

/** What is looked for next outside of an element. */
type Place = 'root' | 'key' | 'colon' | 'value' | 'after_value' | 'element' | 'after_element' | 'end';

/**
 * Finds the elements of `records` in `{"metadata": …, "records": […]}` (or of a bare array) while the bytes come in, whatever
 * their pieces. It knows strings, brackets and commas and leaves the rest to whoever parses an element: memory is one element.
 */
export class RecordSplitter {
  metadata: Buffer | undefined;
  private place: Place = 'root';
  private bareArray = false;
  private sawRecords = false;
  private sawByte = 0;
  private mark = 0;
  private afterComma = false;
  private key = '';

  private capturing = false;
  private capture: 'key' | 'element' | 'metadata' | 'other' = 'other';
  private depth = 0;
  private inString = false;
  private escaped = false;
  private scalar = false;
  private pieces: Buffer[] = [];
  private length = 0;
  private overflowed = false;

  constructor(
    private readonly elementMax: number,
    private readonly onElement: (element: SplitElement) => void,
  ) {}

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.capturing ? this.captureFrom(chunk, at) : this.step(chunk, at);
    this.sawByte += chunk.length;
  }

  /** The file is over: whatever is still open was cut off. */
  end(): void {
    if (this.place === 'root') throw new MalformedFeed(true, 'The file is empty.');
    if (this.place !== 'end' || this.capturing) throw new MalformedFeed(true, `The file ends in the middle, after ${this.sawByte} bytes.`);
    if (!this.sawRecords) throw new MalformedFeed(false, 'The file has no "records".');
  }

  private step(chunk: Buffer, at: number): number {
    const b = chunk[at] as number;
    if (this.place === 'root' && this.mark < 3 && b === byteOrderMark[this.mark]) {
      this.mark += 1;
      return at + 1;
    }
    if (isSpace(b)) return at + 1;
    switch (this.place) {
      case 'root':
        return this.open(b, at);
      case 'key':
        if (b === CLOSE_BRACE && !this.afterComma) return this.to('end', at + 1);
        if (b !== QUOTE) throw this.fault(at, 'a name in quotes');
        return this.begin('key', at);
      case 'colon':
        if (b !== COLON) throw this.fault(at, 'a colon');
        return this.to('value', at + 1);
      case 'value':
        return this.value(b, at);
      case 'after_value':
        this.afterComma = b === COMMA;
        if (b === COMMA) return this.to('key', at + 1);
        if (b === CLOSE_BRACE) return this.to('end', at + 1);
        throw this.fault(at, 'a comma or the end of the object');
      case 'element':
        if (b === CLOSE_BRACKET && !this.afterComma) return this.closeArray(at);
        if (b === COMMA || b === CLOSE_BRACKET || b === CLOSE_BRACE || b === COLON) throw this.fault(at, 'a record');
        return this.begin('element', at);
      case 'after_element':
        this.afterComma = b === COMMA;
        if (b === COMMA) return this.to('element', at + 1);
        if (b === CLOSE_BRACKET) return this.closeArray(at);
        throw this.fault(at, 'a comma or the end of the records');
      case 'end':
        throw this.fault(at, 'nothing');
    }
  }

  private open(b: number, at: number): number {
    if (b === OPEN_BRACE) return this.to('key', at + 1);
    if (b !== OPEN_BRACKET) throw this.fault(at, 'an object or a list');
    this.bareArray = true;
    return this.openArray(at);
  }

  private openArray(at: number): number {
    this.sawRecords = true;
    this.afterComma = false;
    return this.to('element', at + 1);
  }

  private closeArray(at: number): number {
    return this.to(this.bareArray ? 'end' : 'after_value', at + 1);
  }

  private value(b: number, at: number): number {
    if (b === COMMA || b === CLOSE_BRACE || b === CLOSE_BRACKET || b === COLON) throw this.fault(at, 'a value');
    if (this.key !== 'records') return this.begin(this.key === 'metadata' ? 'metadata' : 'other', at);
    if (b !== OPEN_BRACKET) throw new MalformedFeed(false, '"records" is not a list.');
    if (this.sawRecords) throw new MalformedFeed(false, 'The file has "records" twice.');
    return this.openArray(at);
  }

  private to(place: Place, at: number): number {
    this.place = place;
    return at;
  }

  private begin(capture: RecordSplitter['capture'], at: number): number {
    this.capturing = true;
    this.capture = capture;
    this.depth = 0;
    this.inString = this.escaped = this.scalar = this.overflowed = false;
    this.pieces = [];
    this.length = 0;
    return at;
  }

  /** Runs to the end of the value that is being captured, or of the piece. Answers where to go on. */
  private captureFrom(chunk: Buffer, from: number): number {
    let at = from;
    const end = chunk.length;
    while (at < end) {
      const b = chunk[at] as number;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (b === BACKSLASH) this.escaped = true;
        else if (b === QUOTE) {
          this.inString = false;
          if (this.depth === 0) return this.finish(chunk, from, at + 1);
        }
        at += 1;
        continue;
      }
      if (b === QUOTE) {
        if (this.scalar) throw this.fault(at, 'the end of a value');
        this.inString = true;
      } else if (b === OPEN_BRACE || b === OPEN_BRACKET) {
        if (this.scalar) throw this.fault(at, 'the end of a value');
        this.depth += 1;
      } else if (b === CLOSE_BRACE || b === CLOSE_BRACKET) {
        if (this.depth === 0) return this.finish(chunk, from, at);
        this.depth -= 1;
        if (this.depth === 0) return this.finish(chunk, from, at + 1);
      } else if (this.depth === 0) {
        if (b === COMMA || isSpace(b)) return this.finish(chunk, from, at);
        this.scalar = true;
      }
      at += 1;
    }
    this.keep(chunk, from, end);
    return end;
  }

  private keep(chunk: Buffer, from: number, to: number): void {
    this.length += to - from;
    const max = { key: keyMax, metadata: metadataMax, element: this.elementMax, other: 0 }[this.capture];
    if (this.length > max) {
      this.overflowed = true;
      this.pieces = [];
    }
    if (!this.overflowed && to > from) this.pieces.push(chunk.subarray(from, to));
  }

  private finish(chunk: Buffer, from: number, to: number): number {
    this.keep(chunk, from, to);
    const bytes = this.pieces.length === 1 ? (this.pieces[0] as Buffer) : Buffer.concat(this.pieces);
    this.capturing = false;
    this.pieces = [];
    if (this.capture === 'key') {
      this.key = this.overflowed ? '' : keyText(bytes);
      this.place = 'colon';
    } else if (this.capture === 'element') {
      this.place = 'after_element';
      this.onElement({ bytes, length: this.length, tooLarge: this.overflowed });
    } else {
      if (this.capture === 'metadata' && !this.overflowed) this.metadata = Buffer.from(bytes);
      this.place = 'after_value';
    }
    return to;
  }

  private fault(at: number, wanted: string): MalformedFeed {
    return new MalformedFeed(false, `At byte ${this.sawByte + at} the file should have ${wanted}.`);
  }
}

function keyText(bytes: Buffer): string {
  try {
    return JSON.parse(bytes.toString()) as string;
  } catch {
    return '';
  }
}
