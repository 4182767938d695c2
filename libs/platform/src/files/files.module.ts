import { Global, Module } from '@nestjs/common';
import { join } from 'node:path';
import { CONFIG, type Config } from '../config';
import { FileStore } from './file-store';
import { LocalDisk } from './local-disk';
import { OBJECT_STORE, type ObjectStore } from './object-store';
import { OrphanSweep } from './orphan-sweep';
import { S3Bucket } from './s3';
import { UPLOAD_OPTIONS, uploadOptions } from './uploads';

const objectStore = (config: Config): ObjectStore => (config.S3_ENDPOINT ? new S3Bucket(config) : new LocalDisk(join(config.FLEET_DATA_DIR, 'files')));

/** Import it after CryptoModule and AuditModule. */
@Global()
@Module({
  providers: [
    { provide: OBJECT_STORE, useFactory: objectStore, inject: [CONFIG] },
    { provide: UPLOAD_OPTIONS, useFactory: uploadOptions, inject: [CONFIG] },
    FileStore,
    OrphanSweep,
  ],
  exports: [FileStore, OrphanSweep, UPLOAD_OPTIONS],
})
export class FilesModule {}
