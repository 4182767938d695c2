import { Injectable } from '@nestjs/common';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, type ReadTx, type Tx } from '@fleet/platform/database';
import { conflict, invalid, listPage, Where, type Page } from '@fleet/platform/http';
import { DriverSeal } from '../drivers/driver-seal';
import type { Driver } from '../drivers/driver.entity';
import { DriverFiles } from '../files/driver-files';
import { DriverAt } from '../read/driver-at';
import type { StatusReportBody, StatusReportQuery, StatusReportView } from './me.dto';

interface Details {
  text?: string;
  lat?: number;
  lon?: number;
}

type Row = Omit<StatusReportView, 'text' | 'lat' | 'lon'> & { subject_id: string; details_sealed: Buffer | null };

const columns = 'r.id, r.driver_id, o.driver_no, r.subject_id, r.shift_id, r.vehicle_id, r.kind, r.at, r.received_at, r.details_sealed, r.file_ids';
const from = 'driver_module.status_report r join driver_module.driver o on o.id = r.driver_id';

/** What drivers report of themselves. Where they stood is sealed like what they wrote. */
@Injectable()
export class StatusReports {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: DriverSeal,
    private readonly files: DriverFiles,
    private readonly driverAt: DriverAt,
  ) {}

  /** Attributed to the vehicle the driver had at that time, not to the one of now. */
  async add(tx: Tx, driver: Driver, said: StatusReportBody): Promise<StatusReportView> {
    const known = await this.find(tx, said.id);
    if (known) {
      if (known.driver_id !== driver.id) throw conflict('REPORT_ID_TAKEN', 'This id names another report.');
      tx.withoutAudit('sent again');
      return known;
    }
    const now = this.clock.now();
    const at = said.at ? new Date(said.at) : now;
    if (at.getTime() > now.getTime() + 60_000) throw invalid('REPORT_IN_FUTURE', 'at lies in the future.');
    await this.files.refuseForeign(tx, driver, said.photo_file_ids);
    const held = await this.driverAt.vehicleOf(tx, driver.id, at);
    const details = await this.sealer.sealSaid(tx, driver.id, 'status_report', { text: said.text, lat: said.lat, lon: said.lon });
    await conflictOn({ status_report_pk: ['REPORT_ID_TAKEN', 'This id names another report.'] }, () =>
      tx.sql(
        `insert into driver_module.status_report (id, account_id, driver_id, subject_id, shift_id, vehicle_id, kind, at, received_at, details_sealed, file_ids)
         values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [said.id, tx.accountId, driver.id, held?.shift_id ?? null, held?.vehicle_id ?? null, said.kind, at, now, details, said.photo_file_ids ?? []],
      ),
    );
    await record(tx, { action: 'driver_module.report.received', subject: { type: 'driver', id: driver.id }, data: { report_id: said.id, kind: said.kind } });
    return (await this.find(tx, said.id)) as StatusReportView;
  }

  async page(tx: ReadTx, query: StatusReportQuery, driverId?: string): Promise<Page<StatusReportView>> {
    const where = new Where()
      .and('r.account_id = ?', tx.accountId)
      .and('o.park_id = any(?)', tx.actor.parkIds ?? undefined)
      .and('r.driver_id = ?', driverId)
      .and('r.kind = ?', query.kind);
    const page = await listPage<Row>(tx, { select: columns, from, where, sorts: { at: { sql: 'r.at', type: 'timestamptz' } }, defaultSort: '-at', key: { sql: 'r.id', type: 'uuid' } }, query);
    return { ...page, items: await this.views(tx, page.items) };
  }

  private async find(tx: ReadTx, id: string): Promise<StatusReportView | undefined> {
    return (await this.views(tx, await tx.sql<Row>(`select ${columns} from ${from} where r.id = $1`, [id])))[0];
  }

  private async views(tx: ReadTx, rows: readonly Row[]): Promise<StatusReportView[]> {
    const details = await this.sealer.openMany<Details>(
      tx,
      'status_report',
      rows.map((row) => ({ subjectId: row.subject_id, sealed: row.details_sealed })),
    );
    return rows.map((row, i) => ({ ...row, text: details[i]?.text ?? null, lat: details[i]?.lat ?? null, lon: details[i]?.lon ?? null }));
  }
}
