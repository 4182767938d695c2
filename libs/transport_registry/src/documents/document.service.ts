import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { FileStore, type OpenFile, type Upload } from '@fleet/platform/files';
import { expectVersion, invalid, listPage, notFound, rule, Where, type ListSpec, type Page } from '@fleet/platform/http';
import { noteChange, changesBetween } from '../vehicles/vehicle-history';
import { VehicleService } from '../vehicles/vehicle.service';
import type { AmendDocumentBody, DocumentBody, DocumentQuery, DocumentView } from './document.dto';

const taken: Record<string, [string, string]> = {
  registration_document_number_key: ['DOCUMENT_NUMBER_TAKEN', 'A valid paper of this kind with this number exists already.'],
};

const filePurpose = 'transport_registry.document';

/** Days are counted in the account's own time zone: a paper is good until the end of its day there. */
const today = `(now_at.now at time zone a.time_zone)::date`;
const state = `case when d.withdrawn_at is not null then 'withdrawn' when d.expires_on < ${today} then 'expired'
  when d.expires_on <= ${today} + 30 then 'expiring' else 'valid' end`;
const from = `transport_registry.registration_document d
  join transport_registry.vehicle v on v.id = d.vehicle_id
  join auth.account a on a.id = d.account_id`;

/** Papers of a vehicle and when they run out. */
@Injectable()
export class DocumentService {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleService,
    private readonly files: FileStore,
  ) {}

  async add(actor: Actor, vehicleId: string, body: DocumentBody): Promise<DocumentView> {
    refuseDisorder(body);
    return this.db.write(actor, async (tx) => {
      await this.vehicles.find(tx, vehicleId);
      const id = randomUUID();
      const now = this.clock.now();
      await conflictOn(taken, () =>
        tx.sql(`insert into transport_registry.registration_document (id, account_id, vehicle_id, kind, number, issuer, issued_on, expires_on, notes, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
          id,
          actor.accountId,
          vehicleId,
          body.kind,
          body.number ?? null,
          body.issuer ?? null,
          body.issued_on ?? null,
          body.expires_on ?? null,
          body.notes ?? null,
          now,
        ]),
      );
      await noteChange(tx, now, vehicleId, 'document_added', changesBetween({}, { kind: body.kind, expires_on: body.expires_on }), undefined);
      await record(tx, { action: 'transport_registry.document.added', subject: { type: 'vehicle', id: vehicleId }, data: { document_id: id, kind: body.kind } });
      return this.find(tx, id);
    });
  }

  async amend(actor: Actor, id: string, body: AmendDocumentBody, version?: number): Promise<DocumentView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      expectVersion(before.version, version);
      const after = { ...before, ...body };
      refuseDisorder(after);
      await conflictOn(taken, () =>
        tx.sql(`update transport_registry.registration_document set number = $2, issuer = $3, issued_on = $4, expires_on = $5, notes = $6, version = version + 1 where id = $1`, [id, after.number, after.issuer, after.issued_on, after.expires_on, after.notes]),
      );
      await noteChange(tx, this.clock.now(), before.vehicle_id, 'document_amended', changesBetween(before, body), undefined);
      await record(tx, { action: 'transport_registry.document.amended', subject: { type: 'vehicle', id: before.vehicle_id }, data: { document_id: id } });
      return this.find(tx, id);
    });
  }

  /** The scan or photo of the paper; a new one takes the place of the old, which stays in the store for the record. */
  async attach(actor: Actor, id: string, upload: Upload): Promise<DocumentView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      if (before.withdrawn_at) throw rule('DOCUMENT_WITHDRAWN', 'A withdrawn paper takes no file. Add the new paper instead.');
      const file = await this.files.store(tx, { ...upload, purpose: filePurpose, allowed: ['image/jpeg', 'image/png', 'application/pdf'] });
      await tx.sql('update transport_registry.registration_document set file_id = $2, version = version + 1 where id = $1', [id, file.id]);
      await noteChange(tx, this.clock.now(), before.vehicle_id, 'document_file_attached', { file_id: [before.file_id, file.id] }, undefined);
      await record(tx, { action: 'transport_registry.document.file_attached', subject: { type: 'vehicle', id: before.vehicle_id }, data: { document_id: id, file_id: file.id } });
      return this.find(tx, id);
    });
  }

  async openFile(actor: Actor, id: string): Promise<OpenFile> {
    const { file_id } = await this.get(actor, id);
    if (!file_id) throw notFound('file of this document', id);
    return this.files.open(actor, file_id, { purpose: filePurpose });
  }

  /** Papers are not deleted: what was valid when stays answerable. */
  async withdraw(actor: Actor, id: string, reason: string): Promise<DocumentView> {
    return this.db.write(actor, async (tx) => {
      const before = await this.lock(tx, id);
      if (before.withdrawn_at) throw notFound('valid document', id);
      await tx.sql('update transport_registry.registration_document set withdrawn_at = $2, version = version + 1 where id = $1', [id, this.clock.now()]);
      await noteChange(tx, this.clock.now(), before.vehicle_id, 'document_withdrawn', {}, reason);
      await record(tx, { action: 'transport_registry.document.withdrawn', subject: { type: 'vehicle', id: before.vehicle_id }, reason, data: { document_id: id } });
      return this.find(tx, id);
    });
  }

  async list(actor: Actor, query: DocumentQuery, vehicleId?: string): Promise<Page<DocumentView>> {
    return this.db.read(actor, async (tx) => {
      if (vehicleId) await this.vehicles.find(tx, vehicleId);
      const where = new Where()
        .and('d.account_id = ?', actor.accountId)
        .and('v.park_id = any(?)', actor.parkIds ?? undefined)
        .and('d.vehicle_id = ?', vehicleId)
        .and('d.kind = ?', query.kind);
      const expiring = query.expires_within_days;
      if (expiring !== undefined) where.and(`d.withdrawn_at is null and v.status <> 'retired'`).and(`d.expires_on <= ${today} + ?::int`, expiring);
      if (query.state) where.and(`${state} = ?`, query.state);
      return listPage<DocumentView>(tx, this.listOf(where), query);
    });
  }

  async get(actor: Actor, id: string): Promise<DocumentView> {
    return this.db.read(actor, (tx) => this.find(tx, id));
  }

  private async find(tx: ReadTx, id: string): Promise<DocumentView> {
    const where = new Where().and('d.id = ?', id).and('v.park_id = any(?)', tx.actor.parkIds ?? undefined);
    const row = (await listPage<DocumentView>(tx, this.listOf(where), {})).items[0];
    if (!row) throw notFound('document', id);
    return row;
  }

  private async lock(tx: Tx, id: string): Promise<DocumentView> {
    await tx.sql('select 1 from transport_registry.registration_document where id = $1 for update', [id]);
    return this.find(tx, id);
  }

  private listOf(where: Where): ListSpec {
    // The clock is ours, not the database's: tests move it, and replicas agree.
    const now = `(select '${this.clock.now().toISOString()}'::timestamptz as now) now_at`;
    return {
      select: `d.*, v.plate, ${state} as state`,
      from: `${from} cross join ${now}`,
      where,
      sorts: { expires_on: { sql: `coalesce(d.expires_on, 'infinity'::date)`, type: 'date' }, created_at: { sql: 'd.created_at', type: 'timestamptz' }, plate: { sql: 'v.plate_norm', type: 'text' } },
      defaultSort: 'expires_on',
      key: { sql: 'd.id', type: 'uuid' },
    };
  }
}

function refuseDisorder(days: { issued_on?: string | null; expires_on?: string | null }): void {
  if (days.issued_on && days.expires_on && days.expires_on < days.issued_on) {
    throw invalid('DOCUMENT_DAYS_REVERSED', 'A paper cannot expire before it was issued.', { errors: [{ field: 'expires_on', code: 'too_early', detail: 'expires_on lies before issued_on' }] });
  }
}
