import type { Readable } from 'node:stream';
import { Refusal } from '../http/refusal';

export interface ByteRange {
  first: number;
  last: number;
}

export interface StoredObject {
  key: string;
  storedAt: Date;
}

/** Where bytes live. Keys are ours (`account/yyyy/mm/uuid`); an object is written once, whole, and never changed. */
export interface ObjectStore {
  put(key: string, bytes: Buffer): Promise<void>;
  /** Undefined when there is no such object. */
  get(key: string, range?: ByteRange): Promise<Readable | undefined>;
  /** No error when it is gone already. */
  remove(key: string): Promise<void>;
  list(): AsyncIterable<StoredObject>;
  /** Throws away what interrupted writes left behind. */
  tidy(olderThan: Date): Promise<void>;
}

export const OBJECT_STORE = Symbol('OBJECT_STORE');

const keyShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/\d{4}\/\d{2}\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every key passes here before it becomes a path: whatever else got into a row, it cannot leave the store. */
export function checkedKey(key: string): string {
  if (!keyShape.test(key)) throw new Error('This is not a storage key.');
  return key;
}

export const isKey = (key: string): boolean => keyShape.test(key);

/** What a person can do about a store that fails is to try again; the log says why. */
export function storeFailed(error: unknown): Refusal {
  const full = (error as { code?: string }).code === 'ENOSPC' || (error as { code?: string }).code === 'EDQUOT';
  const refusal = full
    ? new Refusal('unavailable', 'FILE_STORE_FULL', 'There is no room for files left on the server. Its admin must make some.')
    : new Refusal('unavailable', 'FILE_STORE_UNAVAILABLE', 'The store of files does not answer just now. Try again shortly.', { headers: { 'retry-after': '5' } });
  refusal.cause = error;
  return refusal;
}
