import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { expectVersion, invalid, rule, type Page } from '@fleet/platform/http';
import { changesBetween, DriverHistory } from '../drivers/driver-history';
import type { Driver } from '../drivers/driver.entity';
import { DriverService } from '../drivers/driver.service';
import { DriverFiles } from '../files/driver-files';
import { normalNumber } from '../rules/contact';
import { paperFault, type DocumentKind } from '../rules/document-state';
import { DriverSettings } from '../settings/setting.service';
import type { AmendDriverDocumentBody, DocumentWarningView, DriverDocumentBody, DriverDocumentQuery, DriverDocumentView } from './document.dto';
import { DocumentStore, type DocumentRow } from './document.store';

export type DocumentWithWarnings = DriverDocumentView & { warnings: DocumentWarningView[] };

const taken: Record<string, [string, string]> = {
  document_pk: ['DOCUMENT_ID_TAKEN', 'This id names another document.'],
  document_own_number_key: ['DOCUMENT_ALREADY_THERE', 'The driver has a paper of this kind with this number. Amend it, or withdraw it first.'],
  document_number_key: ['DOCUMENT_NUMBER_TAKEN', 'Another driver has a paper of this kind with this number.'],
};

/** Papers of drivers. Never deleted: what was valid when stays answerable. */
@Injectable()
export class DocumentService {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly settings: DriverSettings,
    private readonly drivers: DriverService,
    private readonly history: DriverHistory,
    private readonly store: DocumentStore,
    private readonly files: DriverFiles,
  ) {}

  async add(actor: Actor, driverId: string, body: DriverDocumentBody): Promise<DocumentWithWarnings> {
    return this.db.write(actor, async (tx) => this.keep(tx, await this.drivers.lock(tx, driverId), body, true));
  }

  /** `verified` says that somebody of the staff has it in hand; from the driver's phone it waits. */
  async keep(tx: Tx, driver: Driver, body: DriverDocumentBody, verified: boolean): Promise<DocumentWithWarnings> {
    const known = body.id ? await tx.one<{ driver_id: string }>('select driver_id from driver_module.document where id = $1', [body.id]) : undefined;
    if (known?.driver_id === driver.id) {
      tx.withoutAudit('sent again');
      return this.answer(tx, body.id as string);
    }
    await this.refuseFaulty(tx, body.kind, body);
    await this.files.refuseForeign(tx, driver, body.file_ids);
    const id = body.id ?? randomUUID();
    await conflictOn(taken, () => this.store.insert(tx, driver, { ...body, id, verified }));
    await this.history.note(tx, driver.id, { action: 'document_added', facts: { document_id: id, kind: body.kind, verified }, changes: changesBetween({}, personal(body)) });
    await record(tx, { action: 'driver_module.document.added', subject: { type: 'driver', id: driver.id }, data: { document_id: id, kind: body.kind, verified } });
    return this.answer(tx, id);
  }

  async amend(actor: Actor, id: string, body: AmendDriverDocumentBody, version?: number): Promise<DocumentWithWarnings> {
    return this.change(actor, id, async (tx, row) => {
      expectVersion(row.version, version);
      const before = (await this.store.views(tx, [row]))[0] as DriverDocumentView;
      const after = { ...before, ...defined(body) };
      await this.refuseFaulty(tx, row.kind, after);
      await this.files.refuseForeign(tx, { id: row.driver_id }, body.file_ids);
      await conflictOn(taken, () => this.store.update(tx, row, after));
      return { action: 'amended', changes: changesBetween(before, body) };
    });
  }

  async verify(actor: Actor, id: string): Promise<DocumentWithWarnings> {
    return this.change(actor, id, async (tx, row) => {
      if (row.verified_at) throw rule('DOCUMENT_VERIFIED_ALREADY', 'Somebody looked at it already.');
      await tx.sql('update driver_module.document set verified_at = $2, verified_by = $3, version = version + 1 where id = $1', [id, this.clock.now(), actor.id]);
      return { action: 'verified' };
    });
  }

  async withdraw(actor: Actor, id: string, reason: string): Promise<DocumentWithWarnings> {
    return this.change(actor, id, async (tx) => {
      await tx.sql('update driver_module.document set withdrawn_at = $2, version = version + 1 where id = $1', [id, this.clock.now()]);
      return { action: 'withdrawn', reason };
    });
  }

  async list(actor: Actor, query: DriverDocumentQuery, driverId?: string): Promise<Page<DriverDocumentView>> {
    return this.db.read(actor, async (tx) => this.store.page(tx, query, driverId && (await this.drivers.find(tx, driverId)).id));
  }

  async get(actor: Actor, id: string): Promise<DriverDocumentView> {
    return this.db.read(actor, async (tx) => (await this.store.views(tx, [await this.store.find(tx, id)]))[0] as DriverDocumentView);
  }

  /** One change of one paper: locked with its driver, noted in the history, recorded in the audit log. */
  private async change(actor: Actor, id: string, work: (tx: Tx, row: DocumentRow) => Promise<{ action: string; changes?: Record<string, [unknown, unknown]>; reason?: string }>): Promise<DocumentWithWarnings> {
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, (await this.store.find(tx, id)).driver_id);
      const row = await this.store.find(tx, id);
      if (row.withdrawn_at) throw rule('DOCUMENT_WITHDRAWN', 'The paper was withdrawn.');
      const { action, ...note } = await work(tx, row);
      await this.history.note(tx, driver.id, { action: `document_${action}`, facts: { document_id: id, kind: row.kind }, ...note });
      await record(tx, { action: `driver_module.document.${action}`, subject: { type: 'driver', id: driver.id }, data: { document_id: id, kind: row.kind } });
      return this.answer(tx, id);
    });
  }

  private async answer(tx: ReadTx, id: string): Promise<DocumentWithWarnings> {
    const [view] = (await this.store.views(tx, [await this.store.find(tx, id)])) as [DriverDocumentView];
    const expired = view.state === 'expired' ? [{ code: 'DOCUMENT_ALREADY_EXPIRED', detail: `It is kept, and counts as expired since ${view.expires_on}.` }] : [];
    const waiting = view.verified_at ? [] : [{ code: 'DOCUMENT_WAITS', detail: 'It counts once somebody of the staff has looked at it.' }];
    return { ...view, warnings: [...expired, ...waiting] };
  }

  private async refuseFaulty(tx: ReadTx, kind: DocumentKind, body: AmendDriverDocumentBody): Promise<void> {
    const { today } = await this.settings.of(tx, this.clock.now());
    const said = body.number ? { ...body, number: normalNumber(body.number) } : body;
    const fault = paperFault({ ...said, kind }, today);
    if (fault) throw invalid(fault.code, fault.detail, { errors: [{ field: fault.field, code: 'implausible', detail: fault.detail }] });
  }
}

const defined = <T extends object>(body: T): T => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as T;

function personal({ number, issuer, categories, issued_on, expires_on, notes }: DriverDocumentBody): object {
  return { number, issuer, categories, issued_on, expires_on, notes };
}
