import { Injectable } from '@nestjs/common';
import { kidOf, openBytes, sealBytes } from './envelope';
import { KeyRing } from './key-ring';

/**
 * Secrets of the house that must be readable again: signing keys, TOTP seeds, passwords of gateways. Sealed under the
 * current master key; `place` (like `auth.app_user.totp:<id>`) binds a box to its row.
 */
@Injectable()
export class SecretBox {
  constructor(private readonly ring: KeyRing) {}

  seal(place: string, secret: Buffer | string): Buffer {
    const kid = this.ring.currentKid;
    return sealBytes(this.ring.key(kid, 'secret-box'), kid, place, typeof secret === 'string' ? Buffer.from(secret) : secret);
  }

  open(place: string, sealed: Buffer): Buffer {
    return openBytes(this.ring.key(kidOf(sealed), 'secret-box'), place, sealed);
  }

  openText(place: string, sealed: Buffer): string {
    return this.open(place, sealed).toString();
  }

  isCurrent(sealed: Buffer): boolean {
    return kidOf(sealed) === this.ring.currentKid;
  }
}
