import { Injectable } from '@nestjs/common';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { HouseSecrets } from '../crypto';

interface Pair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** The Ed25519 key batches are signed with: made once per installation, its private half sealed under the master key. */
@Injectable()
export class AuditSigningKey {
  private pair: Promise<Pair> | undefined;

  constructor(private readonly secrets: HouseSecrets) {}

  async sign(message: Buffer): Promise<Buffer> {
    return sign(null, message, (await this.load()).privateKey);
  }

  async publicKey(): Promise<KeyObject> {
    return (await this.load()).publicKey;
  }

  private load(): Promise<Pair> {
    this.pair ??= this.secrets.get('audit-signing-key', newKey).then(
      (der) => {
        const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
        return { privateKey, publicKey: createPublicKey(privateKey) };
      },
      (error: unknown) => {
        this.pair = undefined;
        throw error;
      },
    );
    return this.pair;
  }
}

const newKey = (): Buffer => generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });

export function signedBy(publicKey: KeyObject, message: Buffer, signature: Buffer): boolean {
  return signature.length === 64 && verify(null, message, publicKey, signature);
}
