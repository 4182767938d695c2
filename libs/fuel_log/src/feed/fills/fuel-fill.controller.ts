import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { sendTable, type Column } from '@fleet/platform/tables';
import { FuelFillExportQuery, FuelFillFilter, FuelFillView, FuelTotalsView } from './fuel-fill.dto';
import { everyFill, fillPage, fillTotals } from './fuel-fill.query';

const exported = ['fueled_at', 'plate', 'litres', 'energy_kwh', 'amount_minor', 'currency', 'odometer_km', 'odometer_said_km', 'odometer_void_reason', 'fuel_type', 'department', 'driver', 'station', 'cost_centre', 'assigned_city', 'imei', 'source', 'id'] as const;
const columns: Column<FuelFillView>[] = exported.map((name) => ({ name, value: (fill) => fill[name] }));

/** Every fill once, whoever told of it. The short address is the one the map of older installations asks. */
@ApiTags('fuel_log')
@Controller(['api/v1/analytics/fuel-fills', 'analytics/fuel-fills'])
export class FuelFillController {
  constructor(private readonly db: Db) {}

  @Get()
  @Permit('fuel_log.fill.read')
  @ReturnsList(FuelFillView, { about: 'Newest first, or sort=fueled_at.' })
  list(@By() actor: Actor, @Query() query: FuelFillFilter): Promise<Page<FuelFillView>> {
    return this.db.read(actor, (tx) => fillPage(tx, query, query.limit ?? 50));
  }

  @Get('totals')
  @Permit('fuel_log.fill.read')
  @Returns(FuelTotalsView, { about: 'Sums of everything the filter leaves, on all pages.' })
  totals(@By() actor: Actor, @Query() query: FuelFillFilter): Promise<FuelTotalsView> {
    return this.db.read(actor, (tx) => fillTotals(tx, query));
  }

  @Get('export')
  @Permit('fuel_log.fill.export')
  @ReturnsRaw('text/csv', { about: 'CSV streams without limit; XLSX up to 100,000 rows.' })
  async export(@By() actor: Actor, @Query() query: FuelFillExportQuery, @Res() res: Response): Promise<void> {
    await this.db.read(actor, (tx) => sendTable(res, 'fuel-fills', query.format ?? 'csv', columns, everyFill(tx, query)));
  }
}
