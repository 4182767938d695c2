import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { Id, ReturnsList, type Page } from '@fleet/platform/http';
import { DriverService } from '../drivers/driver.service';
import { StatusReportQuery, StatusReportView } from './me.dto';
import { StatusReports } from './status-reports';

@ApiTags('driver_module')
@Controller('api/v1/driver_module')
export class StatusReportController {
  constructor(
    private readonly db: Db,
    private readonly drivers: DriverService,
    private readonly reports: StatusReports,
  ) {}

  @Get('reports')
  @Permit('driver_module.report.read')
  @ReturnsList(StatusReportView, { about: 'What drivers report of themselves, latest first.' })
  list(@By() actor: Actor, @Query() query: StatusReportQuery): Promise<Page<StatusReportView>> {
    return this.db.read(actor, (tx) => this.reports.page(tx, query));
  }

  @Get('drivers/:driver_id/reports')
  @Permit('driver_module.report.read')
  @ReturnsList(StatusReportView)
  ofDriver(@By() actor: Actor, @Id('driver_id') id: string, @Query() query: StatusReportQuery): Promise<Page<StatusReportView>> {
    return this.db.read(actor, async (tx) => this.reports.page(tx, query, (await this.drivers.find(tx, id)).id));
  }
}
