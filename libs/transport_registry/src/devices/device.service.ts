import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DeviceBound, DeviceUnbound } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor } from '@fleet/platform/database';
import { invalid, listPage, notFound, rule, Where, type ListQuery, type Page } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { VehicleService } from '../vehicles/vehicle.service';
import type { DeviceBindingView } from './device.dto';

const columns = 'b.id, b.vehicle_id, b.device_id, lower(b.period) as "from", upper(b.period) as "to", b.bound_by';

const overlaps: Record<string, [string, string]> = {
  device_binding_device_once: ['DEVICE_BOUND_ELSEWHERE', 'This device is in another vehicle at that time. End that binding first.'],
  device_binding_vehicle_once: ['VEHICLE_HAS_DEVICE', 'This vehicle has another device at that time. End that binding first.'],
};

/** Which device was in which vehicle, when. Samples are attributed by it, so bindings never overlap. */
@Injectable()
export class DeviceService {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly vehicles: VehicleService,
  ) {}

  async bind(actor: Actor, vehicleId: string, deviceId: string, from: Date | undefined): Promise<DeviceBindingView> {
    return this.db.write(actor, async (tx) => {
      const vehicle = await this.vehicles.find(tx, vehicleId);
      if (vehicle.status === 'retired') throw rule('VEHICLE_RETIRED', 'A retired vehicle takes no device.');
      const now = this.clock.now();
      const since = from ?? now;
      if (since.getTime() > now.getTime() + 60_000) throw invalid('BINDING_IN_FUTURE', 'A binding cannot begin in the future.');
      const id = randomUUID();
      await conflictOn(overlaps, () =>
        tx.sql(`insert into transport_registry.device_binding (id, account_id, vehicle_id, device_id, period, bound_by, created_at) values ($1, $2, $3, $4, tstzrange($5, null), $6, $7)`, [
          id,
          actor.accountId,
          vehicleId,
          deviceId,
          since,
          actor.id,
          now,
        ]),
      );
      await record(tx, { action: 'transport_registry.device.bound', subject: { type: 'vehicle', id: vehicleId }, data: { device_id: deviceId, from: since.toISOString() } });
      await emit(tx, DeviceBound, { vehicle_id: vehicleId, vehicle_no: vehicle.vehicle_no, device_id: deviceId, from_at: since.toISOString() });
      return { id, vehicle_id: vehicleId, device_id: deviceId, from: since, to: null, bound_by: actor.id };
    });
  }

  async end(actor: Actor, vehicleId: string, bindingId: string, to: Date | undefined): Promise<DeviceBindingView> {
    return this.db.write(actor, async (tx) => {
      const vehicle = await this.vehicles.find(tx, vehicleId);
      const open = await tx.one<DeviceBindingView>(`select ${columns} from transport_registry.device_binding b where b.id = $1 and b.vehicle_id = $2 and upper_inf(b.period) for update`, [bindingId, vehicleId]);
      if (!open) throw notFound('open binding', bindingId);
      const until = to ?? this.clock.now();
      if (until <= open.from) throw invalid('BINDING_ENDS_BEFORE_START', 'A binding ends after it began.', { facts: { from: open.from } });
      const [row] = await tx.sql<DeviceBindingView>(`update transport_registry.device_binding b set period = tstzrange(lower(b.period), $2) where b.id = $1 returning ${columns}`, [bindingId, until]);
      await record(tx, { action: 'transport_registry.device.unbound', subject: { type: 'vehicle', id: vehicleId }, data: { device_id: open.device_id, to: until.toISOString() } });
      await emit(tx, DeviceUnbound, { vehicle_id: vehicleId, vehicle_no: vehicle.vehicle_no, device_id: open.device_id, to_at: until.toISOString() });
      return row as DeviceBindingView;
    });
  }

  async ofVehicle(actor: Actor, vehicleId: string, query: ListQuery): Promise<Page<DeviceBindingView>> {
    return this.db.read(actor, async (tx) => listPage<DeviceBindingView>(tx, bindingList(new Where().and('b.vehicle_id = ?', (await this.vehicles.find(tx, vehicleId)).id)), query));
  }

  /** All bindings of the account, for finding where a device is or was. */
  async list(actor: Actor, query: ListQuery & { device_id?: string }): Promise<Page<DeviceBindingView>> {
    const where = new Where().and('b.account_id = ?', actor.accountId).and('v.park_id = any(?)', actor.parkIds ?? undefined).and('b.device_id = ?', query.device_id);
    return this.db.read(actor, (tx) => listPage<DeviceBindingView>(tx, bindingList(where), query));
  }
}

function bindingList(where: Where) {
  return {
    select: columns,
    from: 'transport_registry.device_binding b join transport_registry.vehicle v on v.id = b.vehicle_id',
    where,
    sorts: { from: { sql: 'lower(b.period)', type: 'timestamptz' as const }, device_id: { sql: 'b.device_id', type: 'text' as const } },
    defaultSort: '-from',
    key: { sql: 'b.id', type: 'uuid' as const },
  };
}
