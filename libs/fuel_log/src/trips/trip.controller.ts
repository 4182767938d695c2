import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { ReasonBody } from '../fill_ups/fill-up.dto';
import { AmendTripBody, LogTripBody, TripQuery, TripLogView } from './trip.dto';
import { Trips } from './trip.service';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/trips')
export class TripController {
  constructor(
    private readonly trips: Trips,
    private readonly db: Db,
  ) {}

  @Post()
  @Permit('fuel_log.trip.write')
  @Returns(TripLogView, { status: 201 })
  log(@By() actor: Actor, @Body() body: LogTripBody): Promise<TripLogView> {
    return this.trips.log(actor, body);
  }

  @Get()
  @Permit('fuel_log.trip.read')
  @ReturnsList(TripLogView, { about: 'Written down and detected; latest first.' })
  list(@By() actor: Actor, @Query() query: TripQuery): Promise<Page<TripLogView>> {
    return this.db.read(actor, (tx) => this.trips.page(tx, query));
  }

  @Get(':trip_id')
  @Permit('fuel_log.trip.read')
  @Returns(TripLogView)
  get(@By() actor: Actor, @Id('trip_id') id: string): Promise<TripLogView> {
    return this.db.read(actor, async (tx) => this.trips.view(tx, await this.trips.find(tx, id)));
  }

  @Patch(':trip_id')
  @Permit('fuel_log.trip.write')
  @DescribesIfMatch()
  @Returns(TripLogView)
  amend(@By() actor: Actor, @Id('trip_id') id: string, @Body() body: AmendTripBody, @IfMatch() version: number | undefined): Promise<TripLogView> {
    return this.trips.amend(actor, id, body, version);
  }

  @Post(':trip_id/withdraw')
  @Permit('fuel_log.trip.write')
  @DescribesIfMatch()
  @Returns(TripLogView, { about: 'It stays to be seen with withdrawn=true, and counts no more.' })
  withdraw(@By() actor: Actor, @Id('trip_id') id: string, @Body() body: ReasonBody, @IfMatch() version: number | undefined): Promise<TripLogView> {
    return this.trips.withdraw(actor, id, body.reason, version);
  }
}
