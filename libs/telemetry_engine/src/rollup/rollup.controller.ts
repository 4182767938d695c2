import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import { Id, ReturnsList, type Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { periodOf } from '../trips/trip.service';
import { rollupPage } from './read-rollups';
import { RollupQuery, RollupView } from './rollup.dto';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/:vehicle_id/rollups')
export class RollupController {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleLookup,
  ) {}

  @Get()
  @Permit('telemetry_engine.rollup.read')
  @ReturnsList(RollupView, { about: 'Oldest first; times without any sample have no row. Five minutes follow the samples by seconds, hours by a minute, days by five.' })
  list(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: RollupQuery): Promise<Page<RollupView>> {
    const now = this.clock.now();
    const period = periodOf(query, now);
    return this.db.read(actor, async (tx) => rollupPage(tx, (await this.vehicles.require(tx, id)).vehicle_no, query.grain ?? 'hour', period, { now, cursor: query.cursor, limit: query.limit ?? 300 }));
  }
}
