import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor, type ReadTx, type Tx } from '@fleet/platform/database';
import { invalid, notFound, rule } from '@fleet/platform/http';
import { DriverHistory } from '../drivers/driver-history';
import type { Driver } from '../drivers/driver.entity';
import { DriverService } from '../drivers/driver.service';
import { DriverErasure } from './driver-erasure';
import { ErasureReport } from './erasure-report';
import type { ErasureReportView, ErasureRequestView } from './privacy.dto';

type Row = Omit<ErasureRequestView, 'report'> & { report: ErasureReportView | null };

/** Asked for, looked at, carried out by an admin: three steps, because there is no way back from the third. */
@Injectable()
export class ErasureRequests {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly reports: ErasureReport,
    private readonly erasure: DriverErasure,
    private readonly history: DriverHistory,
  ) {}

  async ask(actor: Actor, driverId: string): Promise<ErasureRequestView> {
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, driverId);
      const open = await this.open(tx, driver);
      if (open) {
        tx.withoutAudit('asked already');
        return this.view(tx, driver, open);
      }
      await tx.sql(`insert into driver_module.erasure_request (id, account_id, driver_id, state, asked_by, asked_at) values ($1, $2, $3, 'requested', $4, $5)`, [randomUUID(), actor.accountId, driver.id, actor.id, this.clock.now()]);
      await this.history.note(tx, driver.id, { action: 'erasure_requested' });
      await record(tx, { action: 'driver_module.erasure.requested', subject: { type: 'driver', id: driver.id } });
      return this.view(tx, driver, (await this.open(tx, driver)) as Row);
    });
  }

  /** The latest request, with what would happen today or what was done. */
  async get(actor: Actor, driverId: string): Promise<ErasureRequestView> {
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.find(tx, driverId);
      const latest = await tx.one<Row>('select * from driver_module.erasure_request where driver_id = $1 order by asked_at desc limit 1', [driver.id]);
      if (!latest) throw notFound('request of erasure for driver', driverId);
      return this.view(tx, driver, latest);
    });
  }

  async withdraw(actor: Actor, driverId: string): Promise<ErasureRequestView> {
    return this.decide(actor, driverId, async (tx, driver, open) => {
      await this.close(tx, open.id, 'withdrawn', null);
      await this.history.note(tx, driver.id, { action: 'erasure_withdrawn' });
      await record(tx, { action: 'driver_module.erasure.withdrawn', subject: { type: 'driver', id: driver.id } });
    });
  }

  async execute(actor: Actor, driverId: string, confirmDriverNo: number): Promise<ErasureRequestView> {
    return this.decide(actor, driverId, async (tx, driver, open) => {
      if (confirmDriverNo !== driver.driver_no) throw invalid('ERASURE_NOT_CONFIRMED', 'The number is not that of this driver.', { errors: [{ field: 'confirm_driver_no', code: 'mismatch', detail: 'confirm_driver_no is not the number of this driver' }] });
      const report = await this.reports.of(tx, driver);
      const [blocker] = report.blockers;
      if (blocker) throw rule(blocker.code, blocker.detail);
      await this.close(tx, open.id, 'executed', report);
      await this.erasure.execute(tx, driver);
    });
  }

  private async decide(actor: Actor, driverId: string, work: (tx: Tx, driver: Driver, open: Row) => Promise<void>): Promise<ErasureRequestView> {
    return this.db.write(actor, async (tx) => {
      const driver = await this.drivers.lock(tx, driverId);
      const open = await this.open(tx, driver);
      if (!open) throw rule('ERASURE_NOT_REQUESTED', 'Nobody asked for it. Request the erasure first and look at its report.');
      await work(tx, driver, open);
      const row = (await tx.one<Row>('select * from driver_module.erasure_request where id = $1', [open.id])) as Row;
      return this.view(tx, driver, row);
    });
  }

  private open(tx: ReadTx, driver: Driver): Promise<Row | undefined> {
    return tx.one<Row>(`select * from driver_module.erasure_request where driver_id = $1 and state = 'requested'`, [driver.id]);
  }

  private async close(tx: Tx, id: string, state: string, report: ErasureReportView | null): Promise<void> {
    await tx.sql('update driver_module.erasure_request set state = $2, report = $3, decided_by = $4, decided_at = $5 where id = $1', [id, state, report && JSON.stringify(report), tx.actor.id, this.clock.now()]);
  }

  private async view(tx: ReadTx, driver: Driver, row: Row): Promise<ErasureRequestView> {
    return { ...row, report: row.report ?? (await this.reports.of(tx, driver)) };
  }
}
