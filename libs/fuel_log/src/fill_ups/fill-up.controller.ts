import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, everyRow, Id, IfMatch, ListQuery, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { sendTable } from '@fleet/platform/tables';
import { VehicleLookup } from '@fleet/transport_registry';
import { Receipts } from '../receipts/receipt.service';
import { exportColumns } from '../imports/export-columns';
import { FillUpCorrections } from './fill-up.corrections';
import { AmendFillUpBody, FillUpChangeView, FillUpExportQuery, FillUpQuery, FillUpView, ReasonBody, RecordFillUpBody } from './fill-up.dto';
import type { FillUp } from './fill-up.entity';
import { FillUpRecorder } from './fill-up.recorder';
import { fillUpList, FillUpStore } from './fill-up.store';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/fill_ups')
export class FillUpController {
  constructor(
    private readonly db: Db,
    private readonly vehicles: VehicleLookup,
    private readonly recorder: FillUpRecorder,
    private readonly corrections: FillUpCorrections,
    private readonly receipts: Receipts,
    private readonly store: FillUpStore,
  ) {}

  @Post()
  @Permit('fuel_log.fill_up.write')
  @Returns(FillUpView, { status: 201, about: 'Look at warnings, and at state: a held fill-up waits for a manager.' })
  async record(@By() actor: Actor, @Body() body: RecordFillUpBody, @Res({ passthrough: true }) res: Response): Promise<FillUpView> {
    const view = await this.db.write(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, body.vehicle_id);
      const said = await this.recorder.complete(tx, vehicle, body);
      const row = await this.recorder.record(tx, { id: body.id, vehicle_id: vehicle.id, said, confirm: body.confirm ?? false, source: 'staff' });
      await this.receipts.attach(tx, body.receipt_ids ?? [], row);
      return this.store.view(tx, row);
    });
    res.setHeader('location', `/api/v1/fuel_log/fill_ups/${view.id}`);
    return view;
  }

  @Get()
  @Permit('fuel_log.fill_up.read')
  @ReturnsList(FillUpView, { about: 'Latest first. Whatever a report sums is listed here with the same filters.' })
  list(@By() actor: Actor, @Query() query: FillUpQuery): Promise<Page<FillUpView>> {
    return this.db.read(actor, (tx) => this.store.page(tx, query));
  }

  @Get('export')
  @Permit('fuel_log.fill_up.read')
  @ReturnsRaw('text/csv', { about: 'The list with its filters, as CSV or XLSX; it can be imported again.' })
  async export(@By() actor: Actor, @Query() query: FillUpExportQuery, @Res() res: Response): Promise<void> {
    await this.db.read(actor, async (tx) => {
      const { vehicles } = this;
      async function* pages(): AsyncGenerator<(FillUp & { plate: string })[]> {
        for await (const rows of everyRow<FillUp>(tx, fillUpList(actor, query), query)) {
          const known = await vehicles.many(tx, [...new Set(rows.map((row) => row.vehicle_id))]);
          yield rows.map((row) => ({ ...row, plate: known.get(row.vehicle_id)?.plate ?? '' }));
        }
      }
      await sendTable(res, 'fill_ups', query.format ?? 'csv', exportColumns, pages());
    });
  }

  @Get(':fill_up_id')
  @Permit('fuel_log.fill_up.read')
  @Returns(FillUpView)
  get(@By() actor: Actor, @Id('fill_up_id') id: string): Promise<FillUpView> {
    return this.db.read(actor, async (tx) => this.store.view(tx, await this.store.find(tx, id)));
  }

  @Patch(':fill_up_id')
  @Permit('fuel_log.fill_up.write')
  @DescribesIfMatch()
  @Returns(FillUpView)
  amend(@By() actor: Actor, @Id('fill_up_id') id: string, @Body() body: AmendFillUpBody, @IfMatch() version: number | undefined): Promise<FillUpView> {
    return this.corrections.amend(actor, id, body, version);
  }

  @Post(':fill_up_id/void')
  @Permit('fuel_log.fill_up.write')
  @DescribesIfMatch()
  @Returns(FillUpView, { about: 'It counts no more and stays to be seen.' })
  void(@By() actor: Actor, @Id('fill_up_id') id: string, @Body() body: ReasonBody, @IfMatch() version: number | undefined): Promise<FillUpView> {
    return this.corrections.void(actor, id, body.reason, version);
  }

  @Post(':fill_up_id/approve')
  @Permit('fuel_log.fill_up.review')
  @DescribesIfMatch()
  @Returns(FillUpView, { about: 'Lets a held fill-up count; to refuse it, void it.' })
  approve(@By() actor: Actor, @Id('fill_up_id') id: string, @Body() body: ReasonBody, @IfMatch() version: number | undefined): Promise<FillUpView> {
    return this.corrections.approve(actor, id, body.reason, version);
  }

  @Get(':fill_up_id/history')
  @Permit('fuel_log.fill_up.read')
  @ReturnsList(FillUpChangeView)
  history(@By() actor: Actor, @Id('fill_up_id') id: string, @Query() query: ListQuery): Promise<Page<FillUpChangeView>> {
    return this.db.read(actor, async (tx) => this.store.history(tx, (await this.store.find(tx, id)).id, query));
  }
}
