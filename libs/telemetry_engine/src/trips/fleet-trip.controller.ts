import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { sendTable, type Column } from '@fleet/platform/tables';
import { FleetPeriodQuery, StopView, StretchExportQuery, TripView } from './trip.dto';
import { Trips } from './trip.service';

const both: Column<TripView | StopView>[] = [
  { name: 'plate', value: (s) => s.plate },
  { name: 'from_at', value: (s) => s.from_at },
  { name: 'to_at', value: (s) => s.to_at },
  { name: 'idle_s', value: (s) => s.idle_s },
  { name: 'stopped_s', value: (s) => s.stopped_s },
  { name: 'no_data_s', value: (s) => s.no_data_s },
];
const tripColumns: Column<TripView>[] = [
  ...both,
  { name: 'moving_s', value: (t) => t.moving_s },
  { name: 'distance_km', value: (t) => t.distance_km },
  { name: 'max_speed_kmh', value: (t) => t.max_speed_kmh },
  { name: 'fuel_l', value: (t) => t.fuel_l },
  { name: 'ended_by', value: (t) => t.ended_by },
  { name: 'from_lat', value: (t) => t.from_place.lat },
  { name: 'from_lon', value: (t) => t.from_place.lon },
  { name: 'to_lat', value: (t) => t.to_place?.lat },
  { name: 'to_lon', value: (t) => t.to_place?.lon },
];
const stopColumns: Column<StopView>[] = [...both, { name: 'lat', value: (s) => s.place.lat }, { name: 'lon', value: (s) => s.place.lon }];

/** Trips and stops of the whole fleet. */
@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry')
export class FleetTripController {
  constructor(
    private readonly db: Db,
    private readonly trips: Trips,
  ) {}

  @Get('trips')
  @Permit('telemetry_engine.trip.read')
  @ReturnsList(TripView, { about: 'Trips that began in the period, newest first.' })
  list(@By() actor: Actor, @Query() query: FleetPeriodQuery): Promise<Page<TripView>> {
    return this.trips.fleet(actor, 'trip', query) as Promise<Page<TripView>>;
  }

  @Get('trips/export')
  @Permit('telemetry_engine.trip.read')
  @ReturnsRaw('text/csv', { about: 'The trips with their filters, as CSV or XLSX.' })
  async export(@By() actor: Actor, @Query() query: StretchExportQuery, @Res() res: Response): Promise<void> {
    await this.db.read(actor, (tx) => sendTable(res, 'trips', query.format ?? 'csv', tripColumns, this.trips.everyOne<TripView>(tx, 'trip', query)));
  }

  @Get('stops')
  @Permit('telemetry_engine.trip.read')
  @ReturnsList(StopView, { about: 'Stops that began in the period, newest first.' })
  stops(@By() actor: Actor, @Query() query: FleetPeriodQuery): Promise<Page<StopView>> {
    return this.trips.fleet(actor, 'stop', query) as Promise<Page<StopView>>;
  }

  @Get('stops/export')
  @Permit('telemetry_engine.trip.read')
  @ReturnsRaw('text/csv', { about: 'The stops with their filters, as CSV or XLSX.' })
  async exportStops(@By() actor: Actor, @Query() query: StretchExportQuery, @Res() res: Response): Promise<void> {
    await this.db.read(actor, (tx) => sendTable(res, 'stops', query.format ?? 'csv', stopColumns, this.trips.everyOne<StopView>(tx, 'stop', query)));
  }
}
