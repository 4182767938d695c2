import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { FileStore, type OpenFile, type StoredFile, type Upload } from '@fleet/platform/files';
import { conflict, invalid, listPage, notFound, rule, Where, type Page } from '@fleet/platform/http';
import { DriverAt, DriverLookup } from '@fleet/driver_module';
import { VehicleLookup } from '@fleet/transport_registry';
import { FillUpStore } from '../fill_ups/fill-up.store';
import type { ReceiptQuery, ReceiptView, UploadReceiptBody } from './receipt.dto';
import { thumbnailOf } from './thumbnail';

const purpose = 'fuel_log.receipt';
const thumbnailPurpose = 'fuel_log.receipt_thumbnail';

interface Row extends ReceiptView {
  park_id: string | null;
  file_id: string;
  thumbnail_file_id: string | null;
  discarded_at: Date | null;
}

const columns = `r.*, case when r.discarded_at is not null then 'discarded' when r.fill_up_id is null then 'to_be_typed' else 'typed' end as state, r.thumbnail_file_id is not null as has_thumbnail,
  exists (select 1 from fuel_log.receipt o where o.account_id = r.account_id and o.sha256 = r.sha256 and o.id <> r.id and o.uploaded_by <> r.uploaded_by) as seen_elsewhere`;
const byId = statement<Row>(`select ${columns} from fuel_log.receipt r where r.id = $1`);
const sentBefore = statement<Row>(`select ${columns} from fuel_log.receipt r where r.account_id = $1 and r.uploaded_by = $2 and r.sha256 = $3 and r.discarded_at is null`);

/** Photo first, typing later: a picture is taken at the pump, and waits until somebody reads it. */
@Injectable()
export class Receipts {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly files: FileStore,
    private readonly vehicles: VehicleLookup,
    private readonly drivers: DriverLookup,
    private readonly drivenBy: DriverAt,
    private readonly fillUps: FillUpStore,
  ) {}

  /** The same picture from the same person is one receipt, however often it is sent. */
  async handIn(actor: Actor, upload: Upload, said: UploadReceiptBody, driver?: { id: string; park_id: string | null }): Promise<Row> {
    return this.db.write(actor, async (tx) => {
      const takenAt = said.taken_at ? new Date(said.taken_at) : this.clock.now();
      const vehicle = await this.vehicleOf(tx, said, takenAt, driver?.id);
      const file = await this.files.store(tx, { ...upload, purpose, allowed: ['image/jpeg', 'image/png'] });
      // The bytes were locked by the store, so a twin sent at the same time waited for us.
      const known = await tx.one(sentBefore, [tx.accountId, actor.id, file.sha256]);
      if (known) {
        await this.files.erase(tx, file.id);
        return known;
      }
      const id = randomUUID();
      const values = [id, tx.accountId, vehicle?.id ?? null, vehicle ? vehicle.park_id : (driver?.park_id ?? onlyPark(actor)), driver?.id ?? null, file.id, await this.thumbnail(tx, file, upload), file.sha256];
      await tx.sql(
        `insert into fuel_log.receipt (id, account_id, vehicle_id, park_id, driver_id, file_id, thumbnail_file_id, sha256, size_bytes, content_type, original_filename, taken_at, note, uploaded_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
        [...values, file.size_bytes, file.content_type, file.original_name, takenAt, said.note ?? null, actor.id, this.clock.now()],
      );
      await record(tx, { action: 'fuel_log.receipt.handed_in', subject: { type: 'receipt', id }, data: { file_id: file.id, sha256: file.sha256 } });
      return this.find(tx, id);
    });
  }

  /** Ties waiting receipts to the fill-up they tell of. */
  async attach(tx: Tx, receiptIds: readonly string[], fillUp: { id: string; vehicle_id: string }, driverId?: string): Promise<void> {
    for (const id of [...new Set(receiptIds)].sort()) {
      await tx.sql('select 1 from fuel_log.receipt where id = $1 for update', [id]);
      const receipt = await this.find(tx, id, driverId);
      if (receipt.fill_up_id === fillUp.id) continue;
      if (receipt.state !== 'to_be_typed') throw conflict('RECEIPT_NOT_WAITING', receipt.fill_up_id ? 'This receipt belongs to another fill-up already.' : 'This receipt was discarded.', { facts: { receipt_id: id } });
      await tx.sql('update fuel_log.receipt set fill_up_id = $2, vehicle_id = $3 where id = $1', [id, fillUp.id, fillUp.vehicle_id]);
      await record(tx, { action: 'fuel_log.receipt.attached', subject: { type: 'receipt', id }, data: { fill_up_id: fillUp.id } });
    }
  }

  attachTo(actor: Actor, id: string, fillUpId: string): Promise<Row> {
    return this.db.write(actor, async (tx) => {
      await this.find(tx, id);
      const fillUp = await this.fillUps.find(tx, fillUpId);
      if (fillUp.state === 'voided') throw rule('FUEL_VOIDED', 'This fill-up was voided.');
      await this.attach(tx, [id], fillUp);
      tx.withoutAudit('attaching twice changes nothing');
      return this.find(tx, id);
    });
  }

  detach(actor: Actor, id: string, reason: string): Promise<Row> {
    return this.db.write(actor, async (tx) => {
      const receipt = await this.find(tx, id);
      if (receipt.state !== 'typed') throw rule('RECEIPT_NOT_TYPED', 'This receipt belongs to no fill-up.');
      await tx.sql('update fuel_log.receipt set fill_up_id = null where id = $1', [id]);
      await record(tx, { action: 'fuel_log.receipt.detached', subject: { type: 'receipt', id }, reason, data: { fill_up_id: receipt.fill_up_id } });
      return this.find(tx, id);
    });
  }

  /** For what is no receipt; the picture stays, since somebody handed it in. */
  discard(actor: Actor, id: string, reason: string): Promise<Row> {
    return this.db.write(actor, async (tx) => {
      const receipt = await this.find(tx, id);
      if (receipt.state !== 'to_be_typed') throw rule('RECEIPT_NOT_WAITING', 'Only a receipt that waits to be typed can be discarded.');
      await tx.sql('update fuel_log.receipt set discarded_at = $2, discard_reason = $3 where id = $1', [id, this.clock.now(), reason]);
      await record(tx, { action: 'fuel_log.receipt.discarded', subject: { type: 'receipt', id }, reason });
      return this.find(tx, id);
    });
  }

  async page(tx: ReadTx, query: ReceiptQuery, driverId?: string): Promise<Page<Row>> {
    const where = new Where()
      .and('r.account_id = ?', tx.accountId)
      .and('r.park_id = any(?)', driverId ? undefined : (tx.actor.parkIds ?? undefined))
      .and('r.driver_id = ?', driverId ?? query.driver_id)
      .and('r.vehicle_id = ?', query.vehicle_id);
    if (query.state === 'to_be_typed') where.and('r.fill_up_id is null and r.discarded_at is null');
    if (query.state === 'typed') where.and('r.fill_up_id is not null');
    if (query.state === 'discarded') where.and('r.discarded_at is not null');
    return listPage<Row>(tx, { select: columns, from: 'fuel_log.receipt r', where, sorts: { created_at: { sql: 'r.created_at', type: 'timestamptz' } }, defaultSort: '-created_at', key: { sql: 'r.id', type: 'uuid' } }, query);
  }

  /** With `driverId`, only that driver's own; others are not there. */
  async find(tx: ReadTx, id: string, driverId?: string): Promise<Row> {
    const row = await tx.one(byId, [id]);
    const { parkIds } = tx.actor;
    const hidden = driverId ? row?.driver_id !== driverId : parkIds !== null && (!row?.park_id || !parkIds.includes(row.park_id));
    if (!row || hidden) throw notFound('receipt', id);
    return row;
  }

  async open(actor: Actor, id: string, size: 'picture' | 'thumbnail', driverId?: string): Promise<OpenFile> {
    const receipt = await this.db.read(actor, (tx) => this.find(tx, id, driverId));
    if (size === 'picture') return this.files.open(actor, receipt.file_id, { purpose });
    if (!receipt.thumbnail_file_id) throw notFound('thumbnail of receipt', id);
    return this.files.open(actor, receipt.thumbnail_file_id, { purpose: thumbnailPurpose });
  }

  /** A driver's receipt is for the vehicle they had; whoever else hands it in may leave that open. */
  private async vehicleOf(tx: ReadTx, said: UploadReceiptBody, at: Date, driverId: string | undefined): Promise<{ id: string; park_id: string | null } | undefined> {
    if (!driverId) return said.vehicle_id ? this.vehicles.require(tx, said.vehicle_id) : undefined;
    const held = await this.drivenBy.vehicleOf(tx, driverId, at);
    if (said.vehicle_id && said.vehicle_id !== held?.vehicle_id) throw invalid('FUEL_NOT_YOUR_VEHICLE', 'You had no shift with this vehicle at that hour.');
    return held && (await this.vehicles.many(tx, [held.vehicle_id])).get(held.vehicle_id);
  }

  private async thumbnail(tx: Tx, file: StoredFile, upload: Upload): Promise<string | null> {
    const small = await thumbnailOf(upload.content);
    if (!small) return null;
    return (await this.files.store(tx, { content: small, original_name: `small ${file.original_name}`, purpose: thumbnailPurpose, allowed: ['image/jpeg'] })).id;
  }

  async driverOf(tx: ReadTx): Promise<{ id: string; park_id: string | null }> {
    const driver = await this.drivers.ofLogin(tx, tx.actor.id);
    if (!driver) throw notFound('driver for this login');
    return driver;
  }
}

/** What somebody limited to one park hands in belongs there; otherwise they could not see it again. */
const onlyPark = (actor: Actor): string | null => (actor.parkIds?.length === 1 ? (actor.parkIds[0] ?? null) : null);
