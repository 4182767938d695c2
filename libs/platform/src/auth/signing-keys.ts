import { Injectable } from '@nestjs/common';
import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Clock } from '../clock';
import { SecretBox } from '../crypto';
import { Db } from '../database';

interface KeyRow {
  kid: string;
  public_jwk: JsonWebKey;
  private_sealed: Buffer;
  created_at: Date;
}

interface LoadedKeys {
  signing: { kid: string; key: KeyObject };
  verifying: Map<string, KeyObject>;
  jwks: object[];
  readAt: number;
}

const rereadMs = 60_000;
const keptDays = 2;
const place = (kid: string): string => `auth.signing_key:${kid}`;

/** The RSA keys that sign access tokens: made on first use, shared by all replicas, rotatable without signing anyone out. */
@Injectable()
export class SigningKeys {
  private loaded?: LoadedKeys;
  private loading?: Promise<LoadedKeys>;

  constructor(
    private readonly db: Db,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  async signing(): Promise<{ kid: string; key: KeyObject }> {
    return (await this.keys()).signing;
  }

  /** An unknown kid may be a key another replica just made: look once more before refusing. */
  async verifying(kid: string): Promise<KeyObject | undefined> {
    const known = (await this.keys()).verifying.get(kid);
    if (known || this.clock.now().getTime() - (this.loaded?.readAt ?? 0) < 5_000) return known;
    delete this.loaded;
    return (await this.keys()).verifying.get(kid);
  }

  async jwks(): Promise<object[]> {
    return (await this.keys()).jwks;
  }

  /** Starts a new key; tokens of the old one stay valid until they expire. */
  async rotate(): Promise<string> {
    const kid = await this.make(true);
    delete this.loaded;
    return kid;
  }

  private async keys(): Promise<LoadedKeys> {
    if (this.loaded && this.clock.now().getTime() - this.loaded.readAt < rereadMs) return this.loaded;
    this.loading ??= this.load().finally(() => delete this.loading);
    return (this.loaded = await this.loading);
  }

  private async load(): Promise<LoadedKeys> {
    let rows = await this.read();
    if (rows.length === 0) {
      await this.make(false);
      rows = await this.read();
    }
    const newest = rows[0];
    if (!newest) throw new Error('no signing key could be made');
    return {
      signing: { kid: newest.kid, key: createPrivateKey(this.box.open(place(newest.kid), newest.private_sealed)) },
      verifying: new Map(rows.map((r) => [r.kid, createPublicKey({ key: r.public_jwk, format: 'jwk' })])),
      jwks: rows.map((r) => ({ ...r.public_jwk, kid: r.kid, use: 'sig', alg: 'RS256' })),
      readAt: this.clock.now().getTime(),
    };
  }

  private read(): Promise<KeyRow[]> {
    return this.db.systemRead('auth.signing_keys', (tx) =>
      tx.sql<KeyRow>(`select kid, public_jwk, private_sealed, created_at from auth.signing_key where retired_at is null or retired_at > $1 order by created_at desc, kid`, [
        new Date(this.clock.now().getTime() - keptDays * 86_400_000),
      ]),
    );
  }

  private async make(replace: boolean): Promise<string> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const kid = randomUUID();
    const pem = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const now = this.clock.now();
    await this.db.system('auth.signing_keys', async (tx) => {
      await tx.sql(`select pg_advisory_xact_lock(hashtext('auth.signing_key'))`);
      if (replace) await tx.execute(`update auth.signing_key set retired_at = $1 where retired_at is null`, [now]);
      else if (await tx.one(`select 1 as one from auth.signing_key where retired_at is null`)) return;
      await tx.sql(`insert into auth.signing_key (kid, public_jwk, private_sealed, created_at) values ($1, $2, $3, $4)`, [
        kid,
        JSON.stringify(publicKey.export({ format: 'jwk' })),
        this.box.seal(place(kid), pem),
        now,
      ]);
    });
    return kid;
  }
}
