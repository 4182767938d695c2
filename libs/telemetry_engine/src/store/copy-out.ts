import type { ReadTx } from '@fleet/platform/database';

const signature = Buffer.from('5047434f50590aff0d0a00', 'hex');
const headerBytes = 19;
const trailer = -1;
const epochMs = 946_684_800_000;

/** The fields of one row in PostgreSQL's binary format, taken one after the other. One reader serves all rows: nothing is made for each. */
export class Fields {
  private bytes: Buffer = signature;
  private at = 0;

  on(bytes: Buffer, at: number): this {
    this.bytes = bytes;
    this.at = at;
    return this;
  }

  int4(): number | undefined {
    if (this.absent()) return undefined;
    const value = this.bytes.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  int2(): number | undefined {
    if (this.absent()) return undefined;
    const value = this.bytes.readInt16BE(this.at);
    this.at += 2;
    return value;
  }

  /** A timestamp in milliseconds. */
  time(): number {
    if (this.absent()) throw new Error('A time is missing.');
    const micros = this.bytes.readInt32BE(this.at) * 4_294_967_296 + this.bytes.readUInt32BE(this.at + 4);
    this.at += 8;
    return Math.round(micros / 1000) + epochMs;
  }

  /** A jsonb: one byte of version, then the text. */
  json(): unknown {
    const length = this.bytes.readInt32BE(this.at);
    this.at += 4;
    if (length < 0) return undefined;
    this.at += length;
    return JSON.parse(this.bytes.toString('utf8', this.at - length + 1, this.at));
  }

  /** A length of -1 says so: its first byte is enough to look at. */
  private absent(): boolean {
    const first = this.bytes[this.at];
    this.at += 4;
    return first === 255;
  }
}

/** What the client of PostgreSQL calls on a query that answers by COPY. */
class CopyOut {
  private fault: Error | undefined;
  private begun = false;
  private readonly fields = new Fields();

  constructor(
    private readonly text: string,
    private readonly row: (fields: Fields) => void,
    private readonly settle: (fault: Error | undefined) => void,
  ) {}

  submit(connection: unknown): void {
    (connection as { query(text: string): void }).query(this.text);
  }

  /** PostgreSQL sends a message a row, the header before the first and the trailer as the last. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.fault) return;
    let at = 0;
    if (!this.begun) {
      this.begun = true;
      if (chunk.subarray(0, signature.length).equals(signature)) at = headerBytes;
    }
    if (at >= chunk.length || chunk.readInt16BE(at) === trailer) return;
    try {
      this.row(this.fields.on(chunk, at + 2));
    } catch (error) {
      // The rest still comes and must be read past.
      this.fault = error as Error;
    }
  }

  handleCommandComplete(): void {
    // What counts is that the server is ready again.
  }

  handleError(error: Error): void {
    this.settle(error);
  }

  handleReadyForQuery(): void {
    this.settle(this.fault);
  }
}

/**
 * Hands over what a statement selects, row by row as it comes and in binary: an object and a text for each value of each
 * sample would cost more than everything that is done with them. COPY knows no parameters, so what varies stands in the text.
 */
export function copyOut(tx: ReadTx, select: string, row: (fields: Fields) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.connection.query(new CopyOut(`copy (${select}) to stdout with (format binary)`, row, (fault) => (fault ? reject(fault) : resolve())));
  });
}

/** An array as PostgreSQL reads it, of finite numbers and nothing else: as a parameter, and safe inside a statement. */
export function numberArray(values: readonly number[]): string {
  for (const value of values) if (!Number.isFinite(value)) throw new Error(`${value} is no number to ask for.`);
  return `{${values.join(',')}}`;
}

/** The same for a parameter where a value may be absent. */
export const nullableArray = (values: readonly (number | null)[]): string => `{${values.map((v) => v ?? 'NULL').join(',')}}`;

/** Never inside JSON, which writes it as an escape. */
const between = '\u001f';

/** JSON texts as one parameter: as an array each quotation mark would be written twice and read twice. */
export const jsonTexts = (texts: readonly string[]): string => texts.join(between);

/** What makes them an array again. */
export const arrayOfTexts = (parameter: string): string => `string_to_array(${parameter}::text, E'\\x1f')`;
