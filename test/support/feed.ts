import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeedImporter, type ImportOutcome, type ImportRequest } from '@fleet/fuel_log';
import { systemActor } from '@fleet/platform/database';
import type { TestApp } from './app';
import { activeVehicle } from './drivers';
import type { Agent } from './app';
import { startS3, type TestS3 } from './s3';

export interface TestFeed {
  s3: TestS3;
  put(key: string, content: string | Buffer | object): Promise<void>;
  close(): Promise<void>;
}

export const bucket = 'fuel';

/** A bucket with the layout of a feed, on a real server of the S3 protocol. */
export async function testFeed(): Promise<TestFeed> {
  const s3 = await startS3(bucket);
  const client = new S3Client({ endpoint: s3.settings.S3_ENDPOINT ?? '', region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } });
  return {
    s3,
    put: async (key, content) => {
      const Body = Buffer.isBuffer(content) ? content : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    },
    close: async () => {
      client.destroy();
      await s3.close();
    },
  };
}


export const feedBody = (endpoint: string, more: object = {}): object => ({ endpoint, bucket, access_key_id: 'S3RVER', secret_access_key: 'S3RVER', ...more });

export const importFeed = (app: TestApp, accountId: string, request: Partial<ImportRequest> = {}) =>
  app.app.get(FeedImporter).run(systemActor(accountId, 'test.feed'), { kind: 'snapshot', dryRun: false, ...request });

/** Records in a file of their own, as the command reads one. */
export async function importRecords(app: TestApp, accountId: string, records: FeedRecord[]): Promise<ImportOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-feed-'));
  const path = join(folder, 'records.json');
  writeFileSync(path, JSON.stringify(records));
  try {
    return await importFeed(app, accountId, { kind: 'file', path });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export type FeedRecord = Record<string, unknown>;

let serial = 0;

/** A clean record; what is said replaces it. */
export function feedRecord(more: FeedRecord = {}): FeedRecord {
  serial += 1;
  return {
    id: serial,
    car: 'KDA 001A',
    litres: 40,
    amount: 7200,
    odometer: 10_000 + serial * 10,
    fuel_type: 'petrol',
    department: 'Logistics',
    driver: 'Demo Driver',
    fuel_date: new Date(Date.UTC(2026, 0, 1) + serial * 6 * 3_600_000).toISOString(),
    updated_at: new Date(Date.UTC(2026, 0, 1) + serial * 6 * 3_600_000).toISOString(),
    message: 'KDA 001A 40l petrol',
    ...more,
  };
}

export const vehicle = (agent: Agent, plate: string, more: object = {}): Promise<string> => activeVehicle(agent, { plate, tank_capacity_l: 60, fuel_type: 'gasoline', ...more });
