import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, everyRow, Id, IfMatch, ListQuery, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { sendTable } from '@fleet/platform/tables';
import { exportColumns } from '../imports/import-columns';
import { historyOf } from './vehicle-history';
import { AmendVehicleBody, ChangeStatusBody, ExportQuery, FleetSummaryView, OnboardVehicleBody, RetireBody, VehicleChangeView, VehicleQuery, VehicleView, VehicleWithWarningsView } from './vehicle.dto';
import type { Vehicle } from './vehicle.entity';
import { VehicleService, vehicleList, type VehicleWithWarnings } from './vehicle.service';

@ApiTags('transport_registry')
@Controller('api/v1/transport_registry')
export class VehicleController {
  constructor(
    private readonly vehicles: VehicleService,
    private readonly db: Db,
  ) {}

  @Post()
  @Permit('transport_registry.vehicle.write')
  @Returns(VehicleWithWarningsView, { status: 201 })
  async onboard(@By() actor: Actor, @Body() body: OnboardVehicleBody, @Res({ passthrough: true }) res: Response): Promise<VehicleWithWarnings> {
    const vehicle = await this.vehicles.onboard(actor, body);
    res.setHeader('location', `/api/v1/transport_registry/${vehicle.id}`);
    return vehicle;
  }

  @Get()
  @Permit('transport_registry.vehicle.read')
  @ReturnsList(VehicleView)
  list(@By() actor: Actor, @Query() query: VehicleQuery): Promise<Page<Vehicle>> {
    return this.vehicles.list(actor, query);
  }

  @Get('summary')
  @Permit('transport_registry.vehicle.read')
  @Returns(FleetSummaryView)
  summary(@By() actor: Actor): Promise<FleetSummaryView> {
    return this.vehicles.summary(actor);
  }

  @Get('export')
  @Permit('transport_registry.vehicle.read')
  @ReturnsRaw('text/csv', { about: 'The list with its filters, as CSV or XLSX; it can be imported again.' })
  async export(@By() actor: Actor, @Query() query: ExportQuery, @Res() res: Response): Promise<void> {
    await this.db.read(actor, async (tx) => {
      const parks = new Map((await tx.sql<{ id: string; name: string }>('select id, name from auth.park')).map((p) => [p.id, p.name]));
      await sendTable(res, 'vehicles', query.format ?? 'csv', exportColumns(parks), everyRow<Vehicle>(tx, vehicleList(actor, query), query));
    });
  }

  @Get(':vehicle_id')
  @Permit('transport_registry.vehicle.read')
  @Returns(VehicleView)
  get(@By() actor: Actor, @Id('vehicle_id') id: string): Promise<Vehicle> {
    return this.vehicles.get(actor, id);
  }

  @Patch(':vehicle_id')
  @Permit('transport_registry.vehicle.write')
  @DescribesIfMatch()
  @Returns(VehicleWithWarningsView)
  amend(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: AmendVehicleBody, @IfMatch() version: number | undefined): Promise<VehicleWithWarnings> {
    return this.vehicles.amend(actor, id, body, version);
  }

  @Post(':vehicle_id/status')
  @Permit('transport_registry.vehicle.write')
  @DescribesIfMatch()
  @Returns(VehicleView)
  changeStatus(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: ChangeStatusBody, @IfMatch() version: number | undefined): Promise<Vehicle> {
    return this.vehicles.changeStatus(actor, id, body.status, body.reason, version);
  }

  @Post(':vehicle_id/retire')
  @Permit('transport_registry.vehicle.retire')
  @DescribesIfMatch()
  @Returns(VehicleView)
  retire(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: RetireBody, @IfMatch() version: number | undefined): Promise<Vehicle> {
    return this.vehicles.changeStatus(actor, id, 'retired', body.reason, version);
  }

  @Get(':vehicle_id/history')
  @Permit('transport_registry.vehicle.read')
  @ReturnsList(VehicleChangeView)
  history(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: ListQuery): Promise<Page<VehicleChangeView>> {
    return this.db.read(actor, async (tx) => historyOf(tx, (await this.vehicles.find(tx, id)).id, query));
  }
}
