import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Passwords of devices are checked at every login of every tracker, thousands at once after an outage, so the hash must be
 * cheap. That is sound for the random passwords we make; one chosen short guards a tracker, never a person.
 */
export interface DeviceSecret {
  secret_hash: Buffer;
  secret_salt: Buffer;
}

const hashOf = (salt: Buffer, password: string): Buffer => createHash('sha256').update(salt).update(password).digest();

/** 120 random bits; trackers accept letters and digits. */
export const newDevicePassword = (): string => randomBytes(15).toString('hex').slice(0, 24);

export function sealDevicePassword(password: string): DeviceSecret {
  const secret_salt = randomBytes(16);
  return { secret_salt, secret_hash: hashOf(secret_salt, password) };
}

export const devicePasswordFits = ({ secret_hash, secret_salt }: DeviceSecret, password: string): boolean => timingSafeEqual(secret_hash, hashOf(secret_salt, password));
