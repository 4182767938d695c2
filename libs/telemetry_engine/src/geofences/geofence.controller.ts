import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, ReturnsNothing, type Page } from '@fleet/platform/http';
import { AmendGeofenceBody, GeofenceBody, GeofenceQuery, GeofenceView, VehicleInsideView } from './geofence.dto';
import { Geofences } from './geofence.service';
import { Insiders } from './insiders';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/geofences')
export class GeofenceController {
  constructor(
    private readonly geofences: Geofences,
    private readonly insiders: Insiders,
  ) {}

  @Get()
  @Permit('telemetry_engine.geofence.read')
  @ReturnsList(GeofenceView)
  list(@By() actor: Actor, @Query() query: GeofenceQuery): Promise<Page<GeofenceView>> {
    return this.geofences.list(actor, query);
  }

  @Post()
  @Permit('telemetry_engine.geofence.write')
  @Returns(GeofenceView, { status: 201 })
  draw(@By() actor: Actor, @Body() body: GeofenceBody): Promise<GeofenceView> {
    return this.geofences.draw(actor, body);
  }

  @Get(':geofence_id')
  @Permit('telemetry_engine.geofence.read')
  @Returns(GeofenceView)
  get(@By() actor: Actor, @Id('geofence_id') id: string): Promise<GeofenceView> {
    return this.geofences.get(actor, id);
  }

  @Get(':geofence_id/vehicles')
  @Permit('telemetry_engine.geofence.read')
  @ReturnsList(VehicleInsideView, { about: 'Vehicles whose last place is inside, by plate; one that is silent may have left.' })
  vehicles(@By() actor: Actor, @Id('geofence_id') id: string): Promise<Page<VehicleInsideView>> {
    return this.insiders.of(actor, id);
  }

  @Patch(':geofence_id')
  @Permit('telemetry_engine.geofence.write')
  @DescribesIfMatch()
  @Returns(GeofenceView)
  amend(@By() actor: Actor, @Id('geofence_id') id: string, @Body() body: AmendGeofenceBody, @IfMatch() version: number | undefined): Promise<GeofenceView> {
    return this.geofences.amend(actor, id, body, version);
  }

  @Delete(':geofence_id')
  @Permit('telemetry_engine.geofence.write')
  @ReturnsNothing()
  erase(@By() actor: Actor, @Id('geofence_id') id: string): Promise<void> {
    return this.geofences.erase(actor, id);
  }
}
