import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

export interface TestS3 {
  settings: Record<string, string>;
  /** Where the server keeps its objects as files. */
  folder: string;
  stop(): Promise<void>;
  /** On the same port as before. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A server of the S3 protocol on loopback, with one bucket. */
export async function startS3(bucket: string): Promise<TestS3> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-s3-'));
  let port = 0;
  let server: Server | undefined;
  const start = async (): Promise<void> => {
    const s3 = new S3rver({ address: '127.0.0.1', port, silent: true, directory: folder, configureBuckets: [{ name: bucket, configs: [] }] });
    await s3.configureBuckets();
    server = await new Promise<Server>((resolve, reject) => {
      const listening: Server = s3.listen(port, '127.0.0.1', () => resolve(listening));
      listening.once('error', reject);
    });
    port = (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  };
  await start();
  return {
    settings: { S3_ENDPOINT: `http://127.0.0.1:${port}`, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: 'S3RVER', S3_SECRET_ACCESS_KEY: 'S3RVER' },
    folder,
    stop,
    start,
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
