import { createHash } from 'node:crypto';
import type { Draft } from './draft';

type Told = Pick<Draft, 'id' | 'type' | 'kind' | 'reference' | 'vehicle_id' | 'plate' | 'at' | 'to_at' | 'amount_minor' | 'driver_id'>;

/** Spellings of one reference: case, blanks, dashes and slashes mean nothing. */
export const normalReference = (reference: string): string => reference.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/**
 * What makes two tellings one event. The source is left out on purpose, so that what two sources tell lands once. With a
 * reference, account, type, vehicle and reference decide, not the time, which a source may correct. Without one, kind and the second do.
 */
export function identityHash(accountId: string, told: Told, plateNorm: string | null): Buffer {
  const about = told.vehicle_id ? ['vehicle', told.vehicle_id] : plateNorm ? ['plate', plateNorm] : ['driver', told.driver_id ?? ''];
  const reference = normalReference(told.reference ?? '');
  if (reference !== '') return digest([1, accountId, told.type, ...about, 'reference', reference]);
  if (told.id) return digest([1, accountId, 'id', told.id]);
  const second = (at: Date | null | undefined): number | null => (at ? Math.floor(at.getTime() / 1000) : null);
  return digest([1, accountId, told.type, told.kind, ...about, 'at', second(told.at), second(told.to_at), told.amount_minor ?? null]);
}

/** A second telling is kept once for each thing it says differently. */
export const retellingDigest = (source: string, reference: string | null, differs: unknown): Buffer => digest([1, source, reference, differs]);

/** Whom sealed texts of an event belong to: a key of the event's own, and never that of an id somebody chose elsewhere. */
export function subjectOf(accountId: string, eventId: string): string {
  const hex = digest([1, 'subject', accountId, eventId]).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const digest = (value: unknown): Buffer => createHash('sha256').update(JSON.stringify(value)).digest();
