import type * as Sdk from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { FeedFault } from '../imports/feed-fault';
import type { FeedFile } from '../imports/feed-file';

export interface FeedPlace {
  endpoint: string;
  region: string;
  bucket: string;
  /** With its slash, or empty. */
  prefix: string;
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
  timeoutMs: number;
}

interface Answered {
  name?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

const rereads = 4;

/** A bucket laid out as `fuel_records/latest.json` and `fuel_records/changes/<time>.json`. */
export class FeedBucket {
  private readonly sdk: typeof Sdk;
  private readonly client: Sdk.S3Client;

  constructor(private readonly place: FeedPlace) {
    // The SDK costs memory, so only a process that reads a feed loads it.
    // oxlint-disable-next-line typescript/no-require-imports
    this.sdk = require('@aws-sdk/client-s3') as typeof Sdk;
    this.client = new this.sdk.S3Client({
      endpoint: place.endpoint,
      region: place.region,
      forcePathStyle: place.pathStyle,
      credentials: { accessKeyId: place.accessKeyId, secretAccessKey: place.secretAccessKey },
      maxAttempts: 4,
      requestHandler: { connectionTimeout: Math.min(place.timeoutMs, 5000), requestTimeout: place.timeoutMs, throwOnRequestTimeout: true, socketTimeout: place.timeoutMs },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  close(): void {
    this.client.destroy();
  }

  async snapshot(): Promise<FeedFile> {
    const key = `${this.place.prefix}latest.json`;
    const head = await this.asking(() => this.client.send(new this.sdk.HeadObjectCommand({ Bucket: this.place.bucket, Key: key })), key);
    return this.file(key, head.LastModified, head.ETag, head.ContentLength);
  }

  /** Every change file; names may lie about the time, so nothing is left out by name. */
  async *changes(): AsyncGenerator<FeedFile> {
    let next: string | undefined;
    do {
      const page: Sdk.ListObjectsV2CommandOutput = await this.asking(
        () => this.client.send(new this.sdk.ListObjectsV2Command({ Bucket: this.place.bucket, Prefix: `${this.place.prefix}changes/`, ...(next ? { ContinuationToken: next } : {}) })),
        'changes/',
      );
      for (const { Key = '', LastModified, ETag, Size } of page.Contents ?? []) {
        if (/\.json(\.gz)?$/.test(Key)) yield this.file(Key, LastModified, ETag, Size);
      }
      next = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (next);
  }

  private file(key: string, storedAt: Date | undefined, etag: string | undefined, size: number | undefined): FeedFile {
    const sizeBytes = size ?? 0;
    return { name: key, storedAt: storedAt ?? new Date(0), etag: etag ?? '', sizeBytes, read: (signal) => this.read(key, etag, sizeBytes, signal) };
  }

  /** Goes on behind the last byte that came when a connection breaks; the file must still be the same one. */
  private async *read(key: string, etag: string | undefined, size: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    let offset = 0;
    for (let failures = 0; ; ) {
      try {
        const command = new this.sdk.GetObjectCommand({ Bucket: this.place.bucket, Key: key, ...(etag ? { IfMatch: etag } : {}), ...(offset > 0 ? { Range: `bytes=${offset}-` } : {}) });
        const answer = await this.client.send(command, signal ? { abortSignal: signal } : {});
        for await (const chunk of answer.Body as AsyncIterable<Buffer>) {
          offset += chunk.length;
          failures = 0;
          yield chunk;
        }
        if (offset >= size) return;
        throw Object.assign(new Error(`${key} ended after ${offset} of ${size} bytes`), { code: 'ECONNRESET' });
      } catch (error) {
        signal?.throwIfAborted();
        failures += 1;
        if (!mayPass(error as Answered) || failures > rereads) throw faultOf(error as Answered, key, this.place);
        await sleep(100 * 2 ** failures, undefined, signal ? { signal } : {});
      }
    }
  }

  private async asking<T>(ask: () => Promise<T>, key: string): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw faultOf(error as Answered, key, this.place);
    }
  }
}

const statusOf = (error: Answered): number => error.$metadata?.httpStatusCode ?? 0;
/** What another try may find better: broken lines and busy servers, not refusals. */
const mayPass = (error: Answered): boolean => statusOf(error) === 0 || statusOf(error) === 429 || statusOf(error) >= 500 || (statusOf(error) < 400 && error.name !== 'FeedFault');

function faultOf(error: Answered, key: string, { bucket, endpoint }: FeedPlace): FeedFault {
  const cause = { cause: error };
  const status = statusOf(error);
  if (error instanceof FeedFault) return error;
  if (error.name === 'NoSuchBucket') return new FeedFault('FUEL_FEED_NO_BUCKET', `There is no bucket ${bucket} at ${endpoint}.`, cause);
  if (status === 401 || status === 403) return new FeedFault('FUEL_FEED_DENIED', `The store refuses ${key} in ${bucket}: the keys are wrong or lack the right to read.`, cause);
  if (status === 404) return new FeedFault('FUEL_FEED_NO_FILE', `There is no ${key} in ${bucket}.`, cause);
  if (status === 412) return new FeedFault('FUEL_FEED_CHANGED', `${key} was replaced while it was read. The next import reads the new one.`, cause);
  if (status === 429 || status >= 500) return new FeedFault('FUEL_FEED_BUSY', `The store at ${endpoint} answers ${status}, also when asked again.`, cause);
  return new FeedFault('FUEL_FEED_UNREACHABLE', `The store at ${endpoint} does not answer in time (${error.code ?? error.name ?? 'no connection'}).`, cause);
}
