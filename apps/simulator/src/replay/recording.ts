import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { IpsDecoder, readDatagram, type Sample } from '@fleet/telemetry_engine/play';
import { asItem } from '../devices/http-gateway';

/** What a line of a recording holds: samples as the ingest takes them, or something nobody can read. */
export type Read = { item: Record<string, unknown> } | { unreadable: string };

/** Reads a recording line by line: NDJSON of samples, or the lines that Wialon IPS devices sent; plain or packed by gzip. */
export async function* readRecording(file: string): AsyncGenerator<Read> {
  const ips = new IpsLog();
  let json: boolean | undefined;
  for await (const line of createInterface({ input: await plain(file), crlfDelay: Infinity })) {
    const text = line.trim();
    if (text === '') continue;
    json ??= text.startsWith('{');
    if (json) yield readJson(text);
    else yield* ips.read(text);
  }
}

async function plain(file: string): Promise<Readable> {
  const raw = createReadStream(file);
  const first = (await raw[Symbol.asyncIterator]().next()) as IteratorResult<Buffer>;
  raw.destroy();
  const packed = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  const again = createReadStream(file);
  if (!packed) return again;
  const through = new Transform({ transform: (chunk: Buffer, _, done) => done(null, chunk) });
  // A recording that ends in the middle must not look like a short one.
  for (const part of [again, again.pipe(createGunzip())]) {
    part.on('error', (error) => through.destroy(new Error(`${file} cannot be read: ${error.message}`)));
    if (part !== again) part.pipe(through);
  }
  return through;
}

function readJson(text: string): Read {
  try {
    const item = JSON.parse(text) as unknown;
    return typeof item === 'object' && item !== null && !Array.isArray(item) ? { item: item as Record<string, unknown> } : { unreadable: text };
  } catch {
    return { unreadable: text };
  }
}

/** A log of what devices sent: whoever logged in last speaks, or the line names its device as a datagram does. */
class IpsLog {
  private decoder = new IpsDecoder();
  private deviceId: string | undefined;

  *read(line: string): Generator<Read> {
    const start = line.search(/(?:(?:2\.\d;)?[\w.:-]{3,64})?#[A-Z]{1,2}#/);
    if (start < 0) return yield { unreadable: line };
    const text = line.slice(start);
    const bytes = Buffer.from(text);
    if (!text.startsWith('#')) {
      const datagram = readDatagram(bytes, Date.now());
      if (!('messages' in datagram)) return yield { unreadable: line };
      for (const message of datagram.messages) yield* this.frame(message, datagram.deviceId, line);
      return;
    }
    if (text.startsWith('#L#')) this.decoder = new IpsDecoder();
    for (const message of this.decoder.push(Buffer.concat([bytes, Buffer.from('\n')]), Date.now())) yield* this.frame(message, this.deviceId, line);
  }

  private *frame(message: ReturnType<IpsDecoder['push']>[number], deviceId: string | undefined, line: string): Generator<Read> {
    if (!message.ok) return yield { unreadable: line };
    const { frame } = message;
    if (frame.type === 'L') this.deviceId = frame.deviceId;
    else if (frame.type === 'SD' || frame.type === 'D') yield deviceId === undefined ? { unreadable: line } : itemOf(deviceId, frame.sample);
    else if (frame.type === 'B') for (const body of frame.bodies) yield body.ok && deviceId !== undefined ? itemOf(deviceId, body.sample) : { unreadable: line };
  }
}

const itemOf = (deviceId: string, sample: Sample): Read => ({ item: asItem(deviceId, sample) as Record<string, unknown> });
