import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config';
import { BlindIndex } from './blind-index';
import { Erasure } from './erasure';
import { HouseSecrets } from './house-secrets';
import { KeyRing } from './key-ring';
import { PiiVault } from './pii-vault';
import { Rotation } from './rotation';
import { SecretBox } from './secret-box';
import { SubjectKeys } from './subject-keys';

const open = [SecretBox, HouseSecrets, BlindIndex, PiiVault, Erasure, Rotation];

/** Import it after DatabaseModule: the blind index fetches its key when the module starts. */
@Global()
@Module({
  providers: [{ provide: KeyRing, useFactory: (config: Config) => new KeyRing(config.FLEET_MASTER_KEYS), inject: [CONFIG] }, SubjectKeys, ...open],
  exports: [KeyRing, ...open],
})
export class CryptoModule {}
