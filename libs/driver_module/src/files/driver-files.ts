import { Injectable } from '@nestjs/common';
import { Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { FileStore, type OpenFile, type StoredFile, type Upload } from '@fleet/platform/files';
import { invalid, notFound, Refusal } from '@fleet/platform/http';
import type { Driver } from '../drivers/driver.entity';
import { DriverService } from '../drivers/driver.service';

const purpose = 'driver_module.driver_file';

/** Scans of papers and photographs of vehicles at handover. Each is sealed under the driver it tells of. */
@Injectable()
export class DriverFiles {
  constructor(
    private readonly db: Db,
    private readonly files: FileStore,
    private readonly drivers: DriverService,
  ) {}

  async handIn(actor: Actor, driverId: string, upload: Upload): Promise<StoredFile> {
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, driverId);
      return this.files.store(tx, { ...upload, purpose, allowed: ['image/jpeg', 'image/png', 'application/pdf'], subject_id: driver.id });
    });
  }

  /** For staff: the file of any driver they may see. */
  async open(actor: Actor, fileId: string): Promise<OpenFile> {
    const file = await this.files.open(actor, fileId, { purpose });
    await this.db.read(actor, async (tx) => {
      if (file.subject_id) await this.drivers.find(tx, file.subject_id);
    });
    return file;
  }

  /** For a driver: their own only; those of others are not there. */
  async openOwn(actor: Actor, fileId: string): Promise<OpenFile> {
    const file = await this.files.open(actor, fileId, { purpose });
    const own = await this.db.read(actor, async (tx) => (await subjectsOf(tx, (await this.drivers.ofLogin(tx)).id)).includes(file.subject_id ?? ''));
    if (!own) throw notFound('file', fileId);
    return file;
  }

  /** What somebody points at must be there and tell of this driver. */
  async refuseForeign(tx: ReadTx, driver: Pick<Driver, 'id'>, fileIds: readonly string[] | undefined): Promise<void> {
    if (!fileIds || fileIds.length === 0) return;
    const subjects = await subjectsOf(tx, driver.id);
    for (const id of fileIds) {
      const file = await this.files.open(tx.actor, id, { purpose }).catch((error: unknown) => {
        if (error instanceof Refusal && error.kind === 'not_found') return undefined;
        throw error;
      });
      if (!file || !subjects.includes(file.subject_id ?? '')) throw invalid('DRIVER_FILE_UNKNOWN', `There is no file ${id} of this driver.`, { facts: { file_id: id } });
    }
  }
}

/** The driver and every row merged into it: what was sealed for one of them tells of this person. */
export async function subjectsOf(tx: ReadTx, driverId: string): Promise<string[]> {
  const merged = await tx.sql<{ id: string }>('select id from driver_module.driver where merged_into = $1', [driverId]);
  return [driverId, ...merged.map((row) => row.id)];
}
