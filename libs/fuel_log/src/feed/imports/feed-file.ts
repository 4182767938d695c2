import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FeedFault } from './feed-fault';

/** One file of a feed, wherever it lies. */
export interface FeedFile {
  name: string;
  storedAt: Date;
  etag: string;
  sizeBytes: number;
  read(signal?: AbortSignal): AsyncIterable<Buffer>;
}

const ratioMax = 200;

/** The file's JSON: gunzipped when it is gzip by its first bytes, and never more of it than allowed. */
export async function* contentOf(file: FeedFile, bytesMax: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  if (file.sizeBytes > bytesMax) throw tooLarge(file, bytesMax);
  const source = file.read(signal)[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) return;
  const packed = first.value[0] === 0x1f && first.value[1] === 0x8b;
  const whole = joined(first.value, source);
  let bytes = 0;
  for await (const chunk of packed ? unpacked(file, whole) : whole) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(file, bytesMax);
    if (packed && bytes > 1_000_000 && bytes > file.sizeBytes * ratioMax) throw new FeedFault('FUEL_FEED_TOO_LARGE', `${file.name} unpacks to more than ${ratioMax} times its size, as no fuel record does.`);
    yield chunk;
  }
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* unpacked(file: FeedFile, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(packed);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer;
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('Z_')) throw error;
    throw new FeedFault('FUEL_FEED_TRUNCATED', `${file.name} is a damaged or unfinished gzip file.`, { cause: error });
  } finally {
    source.destroy();
  }
}

const tooLarge = (file: FeedFile, bytesMax: number): FeedFault => new FeedFault('FUEL_FEED_TOO_LARGE', `${file.name} holds more than ${Math.round(bytesMax / 1_048_576)} MB. FUEL_FEED_LIMIT_MB may be raised.`);

/** A file on this machine, for `fuel:import -- --file`. */
export function localFile(path: string): FeedFile {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new FeedFault('FUEL_FEED_NO_FILE', `There is no file ${path}.`);
  return {
    name: basename(path),
    storedAt: stat.mtime,
    etag: `${stat.size}-${stat.mtimeMs}`,
    sizeBytes: stat.size,
    read: (signal) => createReadStream(path, { highWaterMark: 262_144, ...(signal ? { signal } : {}) }) as AsyncIterable<Buffer>,
  };
}
