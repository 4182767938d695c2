import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsRaw } from '@fleet/platform/http';
import { sendTable, type Column } from '@fleet/platform/tables';
import { EfficiencyView, FleetEfficiencyQuery, FleetEfficiencyView, MonthExportQuery, MonthlyReportView, MonthQuery, ReportPeriodQuery, SegmentsView, VehicleMonthsQuery, VehicleMonthsView, type MonthlyVehicleView } from './report.dto';
import { FuelReports } from './report.service';

const columns: Column<MonthlyVehicleView>[] = (
  ['plate', 'currency', 'fill_ups', 'fuel_l', 'energy_kwh', 'cost_minor', 'average_price_per_l', 'average_price_per_kwh', 'distance_km', 'l_per_100km', 'kwh_per_100km', 'vehicle_id'] as const
).map((name) => ({ name, value: (row) => row[name] }));

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log')
@Permit('fuel_log.report.read')
export class ReportController {
  constructor(
    private readonly db: Db,
    private readonly reports: FuelReports,
  ) {}

  @Get('vehicles/:vehicle_id/efficiency')
  @Returns(EfficiencyView, { about: 'From full tank to full tank, partial fills summed; a missed fill breaks the chain.' })
  efficiency(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: ReportPeriodQuery): Promise<EfficiencyView> {
    return this.db.read(actor, (tx) => this.reports.ofVehicle(tx, id, query));
  }

  @Get('vehicles/:vehicle_id/months')
  @Returns(VehicleMonthsView, { about: 'What a vehicle cost and used, month by month.' })
  months(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: VehicleMonthsQuery): Promise<VehicleMonthsView> {
    return this.db.read(actor, (tx) => this.reports.monthsOf(tx, id, query));
  }

  @Get('efficiency')
  @Returns(FleetEfficiencyView, { about: 'All fuel over all kilometres of each group; the last 30 days unless said.' })
  fleet(@By() actor: Actor, @Query() query: FleetEfficiencyQuery): Promise<FleetEfficiencyView> {
    return this.db.read(actor, (tx) => this.reports.ofFleet(tx, query));
  }

  @Get('efficiency/segments')
  @Returns(SegmentsView, { about: 'The segments behind a figure, each with its fill-ups.' })
  segments(@By() actor: Actor, @Query() query: FleetEfficiencyQuery): Promise<SegmentsView> {
    return this.db.read(actor, (tx) => this.reports.segments(tx, query));
  }

  @Get('reports/monthly')
  @Returns(MonthlyReportView)
  month(@By() actor: Actor, @Query() query: MonthQuery): Promise<MonthlyReportView> {
    return this.db.read(actor, (tx) => this.reports.month(tx, query));
  }

  @Get('reports/monthly/export')
  @ReturnsRaw('text/csv', { about: 'CSV or XLSX.' })
  async exportMonth(@By() actor: Actor, @Query() query: MonthExportQuery, @Res() res: Response): Promise<void> {
    const report = await this.db.read(actor, (tx) => this.reports.month(tx, query));
    async function* pages(): AsyncGenerator<MonthlyVehicleView[]> {
      yield report.vehicles;
    }
    await sendTable(res, `fuel-${query.month}`, query.format ?? 'csv', columns, pages());
  }
}
