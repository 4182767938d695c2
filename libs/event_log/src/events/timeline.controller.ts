import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { Id, notFound, ReturnsList, type Page } from '@fleet/platform/http';
import { DriverLookup } from '@fleet/driver_module';
import { VehicleLookup } from '@fleet/transport_registry';
import { DriverDayQuery, EventView, TimelineQuery } from './event.dto';
import { EventList } from './event-list';

/** What happened to one driver or one vehicle, in order. */
@ApiTags('event_log')
@Controller('api/v1/event_log')
export class TimelineController {
  constructor(
    private readonly db: Db,
    private readonly events: EventList,
    private readonly drivers: DriverLookup,
    private readonly vehicles: VehicleLookup,
  ) {}

  @Get('driver/:driver_id')
  @Permit('event_log.driver_day.read')
  @ReturnsList(EventView, { about: 'Events that began on that day of the account’s time zone, earliest first. Drivers see their own.' })
  day(@By() actor: Actor, @Id('driver_id') driverId: string, @Query() query: DriverDayQuery): Promise<Page<EventView>> {
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.require(tx, driverId);
      if (actor.role === 'driver' && driver.user_id !== actor.id) throw notFound('driver', driverId);
      const { date, ...list } = query;
      return this.events.page(tx, { sort: 'at', ...list, ...(await this.events.dayBounds(tx, date)), driver_id: driver.id });
    });
  }

  @Get('driver/:driver_id/timeline')
  @Permit('event_log.event.read')
  @ReturnsList(EventView, { about: 'Latest first.' })
  ofDriver(@By() actor: Actor, @Id('driver_id') driverId: string, @Query() query: TimelineQuery): Promise<Page<EventView>> {
    return this.db.read(actor, async (tx) => this.events.page(tx, { ...query, driver_id: (await this.drivers.require(tx, driverId)).id }));
  }

  @Get('vehicle/:vehicle_id/timeline')
  @Permit('event_log.event.read')
  @ReturnsList(EventView, { about: 'Latest first.' })
  ofVehicle(@By() actor: Actor, @Id('vehicle_id') vehicleId: string, @Query() query: TimelineQuery): Promise<Page<EventView>> {
    return this.db.read(actor, async (tx) => this.events.page(tx, { ...query, vehicle_id: (await this.vehicles.require(tx, vehicleId)).id }));
  }
}
