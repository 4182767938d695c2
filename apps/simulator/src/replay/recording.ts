import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { IpsDecoder, readDatagram, type Sample } from '@fleet/telemetry_engine/play';
import { asItem } from '../devices/http-gateway';

/** What a line of a recording holds: samples as the ingest takes them, or something nobody can read. */
export type Read = { item: Record<string, unknown> } | { unreadable: string };

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** Reads a recording line by line: NDJSON of samples, or the lines that Wialon IPS devices sent; plain or packed by gzip. */
export async function* readRecording(file: string): AsyncGenerator<Read> {
  const ips = new IpsLog();
  let json: boolean | undefined;
  for await (const line of linesOf(file)) {
    const text = line.trim();
    if (text === '') continue;
    json ??= text.startsWith('{');
    if (json) yield readJson(text);
    else yield* ips.read(text);
  }
}

/** Reading in the middle of a broken archive fails; a recording that ends early must not look like a short one. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const handle = openSync(file, 'r');
  const magic = Buffer.alloc(2);
  readSync(handle, magic);
  closeSync(handle);
  const raw = createReadStream(file);
  const stream = magic.equals(gzipMagic) ? pipeline(raw, createGunzip(), () => undefined) : raw;
  const decoder = new StringDecoder('utf8');
  let held = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const lines = (held + decoder.write(chunk)).split('\n');
    held = lines.pop() ?? '';
    yield* lines;
  }
  yield held + decoder.end();
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
