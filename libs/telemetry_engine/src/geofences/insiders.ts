import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, type Actor } from '@fleet/platform/database';
import type { Page } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { lastPage } from '../read/last-list';
import type { VehicleInsideView } from './geofence.dto';
import { Geofences } from './geofence.service';
import { boundsOf, outsideM, type Shape } from './shape';

/** More than a list on a screen can hold. */
const vehiclesMax = 5000;

/** Which vehicles are inside a geofence now, by their last place. */
@Injectable()
export class Insiders {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly geofences: Geofences,
    private readonly vehicles: VehicleLookup,
  ) {}

  of(actor: Actor, id: string): Promise<Page<VehicleInsideView>> {
    return this.db.read(actor, async (tx) => {
      const fence = await this.geofences.find(tx, id);
      const shape = fence.shape as Shape;
      const near = await lastPage(tx, this.clock.now(), { box: boundsOf(shape), numbers: await this.vehicles.numbersInParks(tx), limit: vehiclesMax });
      const inside = near.items.filter(({ lat, lon }) => lat !== null && lon !== null && outsideM(shape, { lat, lon }) <= 0);
      const known = await this.vehicles.many(tx, inside.map((row) => row.vehicle_id));
      const items = inside.flatMap((row) => {
        const vehicle = known.get(row.vehicle_id);
        return vehicle && (fence.park_id === null || fence.park_id === vehicle.park_id) ? [{ vehicle_id: row.vehicle_id, plate: vehicle.plate, at: row.at, position_at: row.position_at, state: row.state }] : [];
      });
      return { items: items.sort((a, b) => a.plate.localeCompare(b.plate)), next_cursor: null };
    });
  }
}
