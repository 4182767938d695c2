import type { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import type { Config } from '../config';
import { checkedKey, isKey, type ByteRange, type ObjectStore, type StoredObject } from './object-store';

const prefix = 'files/';

const isAbsent = (error: unknown): boolean => {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  // A missing bucket is no missing object: it must be heard of.
  return name !== 'NoSuchBucket' && (name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404);
};

/** Objects in an S3-compatible bucket, below `files/`. */
export class S3Bucket implements ObjectStore {
  private loaded?: { sdk: typeof Sdk; client: Sdk.S3Client };

  constructor(private readonly config: Config) {}

  async put(key: string, bytes: Buffer): Promise<void> {
    const { sdk, client } = this.s3();
    await client.send(
      new sdk.PutObjectCommand({ Bucket: this.config.S3_BUCKET, Key: prefix + checkedKey(key), Body: bytes, ContentLength: bytes.length, ContentType: 'application/octet-stream' }),
    );
  }

  async get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    const { sdk, client } = this.s3();
    try {
      const answer = await client.send(
        new sdk.GetObjectCommand({ Bucket: this.config.S3_BUCKET, Key: prefix + checkedKey(key), ...(range ? { Range: `bytes=${range.first}-${range.last}` } : {}) }),
      );
      return answer.Body as Readable;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    const { sdk, client } = this.s3();
    await client.send(new sdk.DeleteObjectCommand({ Bucket: this.config.S3_BUCKET, Key: prefix + checkedKey(key) })).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
  }

  async *list(): AsyncGenerator<StoredObject> {
    const { sdk, client } = this.s3();
    let next: string | undefined;
    do {
      const page: Sdk.ListObjectsV2CommandOutput = await client.send(
        new sdk.ListObjectsV2Command({ Bucket: this.config.S3_BUCKET, Prefix: prefix, ...(next ? { ContinuationToken: next } : {}) }),
      );
      for (const { Key = '', LastModified } of page.Contents ?? []) {
        const key = Key.slice(prefix.length);
        if (isKey(key) && LastModified) yield { key, storedAt: LastModified };
      }
      next = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (next);
  }

  async tidy(): Promise<void> {
    // A bucket shows an object only when it is complete.
  }

  /** The SDK costs memory, so a server whose files are on disk never loads it. */
  private s3(): { sdk: typeof Sdk; client: Sdk.S3Client } {
    if (this.loaded) return this.loaded;
    // oxlint-disable-next-line typescript/no-require-imports
    const sdk = require('@aws-sdk/client-s3') as typeof Sdk;
    const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = this.config;
    const client = new sdk.S3Client({
      ...(S3_ENDPOINT ? { endpoint: S3_ENDPOINT } : {}),
      region: S3_REGION,
      forcePathStyle: true,
      ...(S3_ACCESS_KEY_ID && S3_SECRET_ACCESS_KEY ? { credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY } } : {}),
      maxAttempts: 4,
      requestHandler: { connectionTimeout: 3000, requestTimeout: 30_000 },
      // Stores other than Amazon's own do not know the newer checksums; TLS and our own hash cover the way.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return (this.loaded = { sdk, client });
  }
}
