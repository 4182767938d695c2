import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { record } from '@fleet/platform/audit';
import { By, Permit } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { Id, ListQuery, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { VehicleService } from '../vehicles/vehicle.service';
import { OdometerReadingView, RecordOdometerBody, VoidReadingBody } from './odometer.dto';
import { OdometerService } from './odometer.service';

@ApiTags('transport_registry')
@Controller('api/v1/transport_registry/:vehicle_id/odometer')
export class OdometerController {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly odometer: OdometerService,
    private readonly vehicles: VehicleService,
  ) {}

  @Get()
  @Permit('transport_registry.odometer.read')
  @ReturnsList(OdometerReadingView, { about: 'Every reading of every source; voided ones with the reason.' })
  list(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: ListQuery): Promise<Page<OdometerReadingView>> {
    return this.db.read(actor, async (tx) => this.odometer.list(tx, (await this.vehicles.find(tx, id)).id, query));
  }

  @Post()
  @Permit('transport_registry.odometer.write')
  @Returns(OdometerReadingView, { status: 201 })
  recordReading(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: RecordOdometerBody): Promise<OdometerReadingView> {
    return this.db.write(actor, async (tx) => {
      await this.vehicles.find(tx, id);
      const at = body.at ? new Date(body.at) : this.clock.now();
      const row = await this.odometer.append(tx, id, { odometer_km: body.odometer_km, at, source: body.source ?? 'manual' });
      await record(tx, { action: 'transport_registry.odometer.recorded', subject: { type: 'vehicle', id }, data: { odometer_km: body.odometer_km } });
      return row;
    });
  }

  @Post(':reading_id/void')
  @Permit('transport_registry.odometer.write')
  @Returns(OdometerReadingView)
  void(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('reading_id') readingId: string, @Body() body: VoidReadingBody): Promise<OdometerReadingView> {
    return this.db.write(actor, async (tx) => this.odometer.void(tx, (await this.vehicles.find(tx, id)).id, readingId, body.reason));
  }

  @Post(':reading_id/restore')
  @Permit('transport_registry.odometer.write')
  @Returns(OdometerReadingView)
  restore(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('reading_id') readingId: string): Promise<OdometerReadingView> {
    return this.db.write(actor, async (tx) => this.odometer.restore(tx, (await this.vehicles.find(tx, id)).id, readingId));
  }
}
