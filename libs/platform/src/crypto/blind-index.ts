import { Injectable, type OnModuleInit } from '@nestjs/common';
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { HouseSecrets } from './house-secrets';

/**
 * Finds a sealed value by equality without opening any: HMAC-SHA-256 under a key that is a house secret of its own, so
 * master keys come and go while every stored index stays valid. Only for values with many possibilities.
 */
@Injectable()
export class BlindIndex implements OnModuleInit {
  private secret: Buffer | undefined;
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly secrets: HouseSecrets) {}

  async onModuleInit(): Promise<void> {
    this.secret = await this.secrets.get('blind-index', () => randomBytes(32));
  }

  /** `kind` separates e-mails from phone numbers: equal texts of two kinds do not match. Normalize the value first. */
  of(kind: string, normalized: string): Buffer {
    return createHmac('sha256', this.key(kind)).update(normalized).digest();
  }

  private key(kind: string): Buffer {
    let key = this.keys.get(kind);
    if (key) return key;
    if (!this.secret) throw new Error('BlindIndex is asked before the module started.');
    key = Buffer.from(hkdfSync('sha256', this.secret, '', `fleet/blind-index/${kind}/v1`, 32));
    this.keys.set(kind, key);
    return key;
  }
}
