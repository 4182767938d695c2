import { hkdfSync } from 'node:crypto';
import { ConfigFault } from '../config';

interface MasterKey {
  kid: string;
  bytes: Buffer;
}

/** What a master key is used for. Each use gets its own derived key, so that no two ever meet under one. */
export type Purpose = 'subject-key' | 'secret-box';

/** The master keys of the settings, current first. They never leave this class; callers get keys derived for one purpose. */
export class KeyRing {
  private readonly keys: MasterKey[];
  private readonly derived = new Map<string, Buffer>();

  constructor(text: string) {
    this.keys = text.split(',').map((part) => {
      const [kid = '', base64 = ''] = part.trim().split(/:(.*)/s);
      return { kid, bytes: Buffer.from(base64, 'base64') };
    });
    const faults = this.keys.filter((k) => k.bytes.length !== 32 || k.kid.length > 64).map((k) => `FLEET_MASTER_KEYS: ${k.kid} is not 32 bytes of base64.`);
    if (new Set(this.kids).size !== this.keys.length) faults.push('FLEET_MASTER_KEYS: two keys have one name.');
    if (faults.length > 0) throw new ConfigFault(faults);
  }

  get currentKid(): string {
    return this.keys[0]?.kid ?? '';
  }

  get kids(): string[] {
    return this.keys.map((k) => k.kid);
  }

  key(kid: string, purpose: Purpose): Buffer {
    const cached = this.derived.get(`${kid}:${purpose}`);
    if (cached) return cached;
    const master = this.keys.find((k) => k.kid === kid);
    if (!master) throw new Error(`Master key "${kid}" is needed and FLEET_MASTER_KEYS does not have it. Put it back at the end of the list.`);
    const key = Buffer.from(hkdfSync('sha256', master.bytes, '', `fleet/${purpose}/v1`, 32));
    this.derived.set(`${kid}:${purpose}`, key);
    return key;
  }

  /** Key material for one purpose of another room. It changes when the current master key does: never keep what depends on it. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.keys[0]?.bytes ?? '', '', `fleet/derived/${purpose}/v1`, 32));
  }
}
