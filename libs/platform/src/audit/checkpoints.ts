import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { canonicalBatch, type SignedBatch } from './canonical';
import { signedBy } from './signing-key';

/** One signed line outside the database: deleting the newest batches there does not delete it here. */
export interface Checkpoint {
  account_id: string;
  batch_no: string;
  count: number;
  first_position: string;
  /** Also the number of entries sealed in this account so far. */
  last_position: string;
  sealed_at: string;
  previous_hash: string;
  hash: string;
  signature: string;
}

export const checkpointOf = (b: SignedBatch): Checkpoint => ({
  account_id: b.account_id,
  batch_no: b.batch_no,
  count: b.count,
  first_position: b.first_position,
  last_position: b.last_position,
  sealed_at: b.sealed_at,
  previous_hash: b.previous_hash.toString('hex'),
  hash: b.hash.toString('hex'),
  signature: b.signature.toString('hex'),
});

/** Whether this house signed the line. */
export function isGenuine(line: Checkpoint, publicKey: KeyObject): boolean {
  const { account_id, batch_no, count, first_position, last_position, sealed_at } = line;
  const hashes = { previous_hash: Buffer.from(line.previous_hash, 'hex'), hash: Buffer.from(line.hash, 'hex') };
  return signedBy(publicKey, canonicalBatch({ account_id, batch_no, count, first_position, last_position, sealed_at, ...hashes }), Buffer.from(line.signature, 'hex'));
}

const rollBytes = 16 * 1024 * 1024;

export const checkpointFile = (dataDir: string): string => join(dataDir, 'audit-checkpoints.log');

/** Every line of both files, oldest first; a line that cannot be read is answered as null. */
export async function* readCheckpoints(file: string): AsyncGenerator<Checkpoint | null> {
  for (const path of [`${file}.1`, file]) {
    if (!(await stat(path).catch(() => undefined))) continue;
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      if (line !== '') yield parse(line);
    }
  }
}

export async function newestCheckpoints(file: string): Promise<Map<string, Checkpoint>> {
  const newest = new Map<string, Checkpoint>();
  for await (const line of readCheckpoints(file)) {
    if (line && Number(line.batch_no) >= Number(newest.get(line.account_id)?.batch_no ?? 0)) newest.set(line.account_id, line);
  }
  return newest;
}

export async function appendCheckpoints(file: string, lines: Checkpoint[]): Promise<void> {
  if (lines.length === 0) return;
  await mkdir(dirname(file), { recursive: true });
  await rollOver(file);
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(lines.map((line) => JSON.stringify(line) + '\n').join(''));
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Keeps two files of bounded size; the new one starts with the newest line of every account, quiet ones included. */
async function rollOver(file: string): Promise<void> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size < rollBytes) return;
  const newest = await newestCheckpoints(file);
  await rename(file, `${file}.1`);
  await appendCheckpoints(file, [...newest.values()]);
}

function parse(line: string): Checkpoint | null {
  try {
    const value = JSON.parse(line) as Checkpoint;
    const { account_id, batch_no, previous_hash, hash, signature } = value;
    return [account_id, batch_no, previous_hash, hash, signature].every((v) => typeof v === 'string') ? value : null;
  } catch {
    return null;
  }
}
