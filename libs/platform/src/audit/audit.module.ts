import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.service';
import { AuditController } from './audit.controller';
import { AuditSealer } from './sealer';
import { AuditSigningKey } from './signing-key';

/** Import it after DatabaseModule and CryptoModule. Sealing runs in the worker role only. */
@Global()
@Module({ controllers: [AuditController], providers: [AuditSigningKey, AuditSealer, AuditLog], exports: [AuditSigningKey, AuditSealer] })
export class AuditModule {}
