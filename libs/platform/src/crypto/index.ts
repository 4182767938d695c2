export { BlindIndex } from './blind-index';
export { CryptoModule } from './crypto.module';
export { SealBroken } from './envelope';
export { Erasure, type ReplayReport } from './erasure';
export { HouseSecrets, openHouseSecret } from './house-secrets';
export { KeyRing } from './key-ring';
export { PiiVault, type SealedPiece } from './pii-vault';
export { Rotation, type RotationReport, type SealedColumn } from './rotation';
export { SecretBox } from './secret-box';
