import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { PeriodQuery, StopView, TripView, TripWithTrackView } from './trip.dto';
import { Trips } from './trip.service';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/:vehicle_id')
export class TripController {
  constructor(private readonly trips: Trips) {}

  @Get('trips')
  @Permit('telemetry_engine.trip.read')
  @ReturnsList(TripView, { about: 'Trips that touch the period, oldest first. The last one may still go on.' })
  list(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: PeriodQuery): Promise<Page<TripView>> {
    return this.trips.list(actor, id, query);
  }

  @Get('trips/:trip_id')
  @Permit('telemetry_engine.trip.read')
  @Returns(TripWithTrackView)
  one(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('trip_id') tripId: string): Promise<TripWithTrackView> {
    return this.trips.withTrack(actor, id, tripId);
  }

  @Get('stops')
  @Permit('telemetry_engine.trip.read')
  @ReturnsList(StopView, { about: 'Where it stood between its trips.' })
  stops(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: PeriodQuery): Promise<Page<StopView>> {
    return this.trips.stops(actor, id, query);
  }
}
