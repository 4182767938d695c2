import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, ListQuery, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { DriverExport } from './driver-export';
import { DriverHistory } from './driver-history';
import {
  AmendDriverBody,
  BlacklistBody,
  ChangeDriverStatusBody,
  DriverChangeView,
  DriverExportQuery,
  DriverQuery,
  DriverSummaryView,
  DriverView,
  DriverWithWarningsView,
  MergeDriverBody,
  OnboardDriverBody,
} from './driver.dto';
import { DriverService, type DriverWithWarnings } from './driver.service';
import { DriverMerge } from './driver-merge';

@ApiTags('driver_module')
@Controller('api/v1/driver_module/drivers')
export class DriverController {
  constructor(
    private readonly drivers: DriverService,
    private readonly history: DriverHistory,
    private readonly merging: DriverMerge,
    private readonly exporting: DriverExport,
    private readonly db: Db,
  ) {}

  @Post()
  @Permit('driver_module.driver.write')
  @Returns(DriverWithWarningsView, { status: 201 })
  async onboard(@By() actor: Actor, @Body() body: OnboardDriverBody, @Res({ passthrough: true }) res: Response): Promise<DriverWithWarnings> {
    const driver = await this.drivers.onboard(actor, body);
    res.setHeader('location', `/api/v1/driver_module/drivers/${driver.id}`);
    return driver;
  }

  @Get()
  @Permit('driver_module.driver.read')
  @ReturnsList(DriverSummaryView)
  list(@By() actor: Actor, @Query() query: DriverQuery): Promise<Page<DriverView>> {
    return this.drivers.list(actor, query);
  }

  @Get('export')
  @Permit('driver_module.driver.export')
  @ReturnsRaw('text/csv', { about: 'The list with its filters, as CSV or XLSX. That it was taken is recorded.' })
  export(@By() actor: Actor, @Query() query: DriverExportQuery, @Res() res: Response): Promise<void> {
    return this.exporting.send(actor, query, res);
  }

  @Get(':driver_id')
  @Permit('driver_module.driver.read')
  @Returns(DriverView, { about: 'The id of a merged row answers with the driver it was merged into.' })
  get(@By() actor: Actor, @Id('driver_id') id: string): Promise<DriverView> {
    return this.drivers.get(actor, id);
  }

  @Patch(':driver_id')
  @Permit('driver_module.driver.write')
  @DescribesIfMatch()
  @Returns(DriverWithWarningsView)
  amend(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: AmendDriverBody, @IfMatch() version: number | undefined): Promise<DriverWithWarnings> {
    return this.drivers.amend(actor, id, body, version);
  }

  @Post(':driver_id/status')
  @Permit('driver_module.driver.write')
  @DescribesIfMatch()
  @Returns(DriverView)
  changeStatus(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: ChangeDriverStatusBody, @IfMatch() version: number | undefined): Promise<DriverView> {
    return this.drivers.changeStatus(actor, id, body.status, body.reason, version);
  }

  @Post(':driver_id/blacklist')
  @Permit('driver_module.driver.blacklist')
  @Returns(DriverView)
  blacklist(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: BlacklistBody): Promise<DriverView> {
    return this.drivers.blacklist(actor, id, body.reason, true);
  }

  @Post(':driver_id/blacklist/lift')
  @Permit('driver_module.driver.blacklist')
  @Returns(DriverView)
  liftBlacklist(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: BlacklistBody): Promise<DriverView> {
    return this.drivers.blacklist(actor, id, body.reason, false);
  }

  @Post(':driver_id/merge')
  @Permit('driver_module.driver.merge')
  @Returns(DriverView)
  merge(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: MergeDriverBody): Promise<DriverView> {
    return this.merging.merge(actor, id, body.duplicate_id);
  }

  @Get(':driver_id/history')
  @Permit('driver_module.driver.read')
  @ReturnsList(DriverChangeView)
  historyOf(@By() actor: Actor, @Id('driver_id') id: string, @Query() query: ListQuery): Promise<Page<DriverChangeView>> {
    return this.db.read(actor, async (tx) => this.history.list(tx, (await this.drivers.find(tx, id)).id, query));
  }
}
