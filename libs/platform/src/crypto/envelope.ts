import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/** What was sealed cannot be opened: changed, cut, from elsewhere, or under another key. */
export class SealBroken extends Error {
  constructor(why: string) {
    super(`A sealed value cannot be opened: ${why}.`);
    this.name = 'SealBroken';
  }
}

/**
 * Layout: version (1) | length of kid (1) | kid | iv (12) | ciphertext | tag (16). The kid is empty where the key is found
 * by subject. Header and place are authenticated, so a piece moved to another row, column or key does not open.
 */
export function sealBytes(key: Buffer, kid: string, place: string, plaintext: Buffer): Buffer {
  const head = header(kid);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.concat([head, Buffer.from(place)]));
  return Buffer.concat([head, iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

export function openBytes(key: Buffer, place: string, sealed: Buffer): Buffer {
  const head = sealed.subarray(0, 2 + kidOf(sealed).length);
  const body = sealed.subarray(head.length);
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, ivBytes));
  decipher.setAAD(Buffer.concat([head, Buffer.from(place)]));
  decipher.setAuthTag(body.subarray(body.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(body.subarray(ivBytes, body.length - tagBytes)), decipher.final()]);
  } catch {
    throw new SealBroken('it was changed, or belongs to another place or key');
  }
}

/** Name of the master key in the header; empty for values under a subject's key. */
export function kidOf(sealed: Buffer): string {
  if (sealed[0] !== version) throw new SealBroken(`unknown version ${sealed[0] ?? 'none'}`);
  const length = sealed[1] ?? 0;
  if (sealed.length < 2 + length + ivBytes + tagBytes) throw new SealBroken('it is too short');
  return sealed.subarray(2, 2 + length).toString('latin1');
}

function header(kid: string): Buffer {
  const name = Buffer.from(kid, 'latin1');
  if (name.length > 255) throw new Error('A key name has at most 255 characters.');
  return Buffer.concat([Buffer.from([version, name.length]), name]);
}
