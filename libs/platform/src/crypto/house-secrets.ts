import { Injectable } from '@nestjs/common';
import type { Config } from '../config';
import { Db } from '../database';
import { KeyRing } from './key-ring';
import { SecretBox } from './secret-box';

/** Secrets made once per installation and kept sealed in the database, so that rotating master keys does not change them. */
@Injectable()
export class HouseSecrets {
  constructor(
    private readonly db: Db,
    private readonly box: SecretBox,
  ) {}

  /** The secret of that name, made by the first process that asks for it. */
  async get(name: string, make: () => Buffer): Promise<Buffer> {
    const sealed = await this.db.system('crypto.house_secret', async (tx) => {
      const select = 'select sealed from crypto.house_secret where name = $1';
      const known = await tx.one<{ sealed: Buffer }>(select, [name]);
      if (known) return known.sealed;
      await tx.execute('insert into crypto.house_secret (name, sealed) values ($1, $2) on conflict (name) do nothing', [name, this.box.seal(houseSecretPlace(name), make())]);
      return (await tx.one<{ sealed: Buffer }>(select, [name]))?.sealed;
    });
    if (!sealed) throw new Error(`The house secret "${name}" could not be made.`);
    return this.box.open(houseSecretPlace(name), sealed);
  }
}

export const houseSecretPlace = (name: string): string => `crypto.house_secret:${name}`;

/** For commands that run without the server. */
export function openHouseSecret(config: Config, name: string, sealed: Buffer): Buffer {
  return new SecretBox(new KeyRing(config.FLEET_MASTER_KEYS)).open(houseSecretPlace(name), sealed);
}
