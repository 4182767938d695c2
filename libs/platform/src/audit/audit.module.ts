import { Global, Module } from '@nestjs/common';
import { AuditSealer } from './sealer';
import { AuditSigningKey } from './signing-key';

/** Import it after DatabaseModule and CryptoModule. Sealing runs in the worker role only. */
@Global()
@Module({ providers: [AuditSigningKey, AuditSealer], exports: [AuditSigningKey, AuditSealer] })
export class AuditModule {}
