import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as text. Only its hash is stored, so a stolen table opens nothing. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
