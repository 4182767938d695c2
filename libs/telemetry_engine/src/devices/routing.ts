import { Injectable } from '@nestjs/common';
import { DeviceBound, DeviceUnbound } from '@fleet/contracts';
import { Clock } from '@fleet/platform/clock';
import { Db, systemActor, type ReadTx } from '@fleet/platform/database';
import { Hears, type Heard, type PayloadOf } from '@fleet/platform/outbox';
import { VehicleLookup, type DeviceBinding } from '@fleet/transport_registry';
import { Gathering } from '../pipeline/gathering';
import { dayMs, keepMs } from '../pipeline/limits';
import type { QuarantineReason } from '../pipeline/reasons';
import type { Sample } from '../sample';
import type { RoutedVehicle } from '../store/sample-row';

/** Whose vehicle is looked for: that of a device, or one known by its id. */
export interface Wanted {
  device_id?: string;
  vehicle_id?: string;
  sample: Sample;
}

interface Stay {
  from_ms: number;
  to_ms: number;
  vehicle: RoutedVehicle;
}

interface DeviceRoute {
  read_ms: number;
  disabled: boolean;
  stays: Stay[];
}

interface VehicleRoute {
  read_ms: number;
  vehicle: RoutedVehicle | undefined;
}

interface AccountRoutes {
  devices: Map<string, DeviceRoute>;
  vehicles: Map<string, VehicleRoute>;
  devicesRead: Gathering<string>;
  vehiclesRead: Gathering<string>;
}

/** Events make a change known at once in this process; another process learns it within this time. */
const freshMs = 30_000;
/** A device found in no vehicle is looked up again soon: somebody may be binding it right now. */
const missFreshMs = 1_000;
const routesMax = 200_000;

/** Which vehicle a sample belongs to: by the binding at the sample's time, not at the time it arrives. */
@Injectable()
export class RoutingTable {
  private readonly accounts = new Map<string, AccountRoutes>();
  private readonly accountNos = new Map<string, number>();

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly lookup: VehicleLookup,
  ) {}

  /** Answers a promise only when something must be read: the usual batch goes on at once. */
  prepare(accountId: string, wanted: readonly Wanted[]): Promise<void> | undefined {
    const routes = this.routesOf(accountId);
    const now = this.clock.now().getTime();
    let devices: Set<string> | undefined;
    let vehicles: Set<string> | undefined;
    for (const { device_id, vehicle_id, sample } of wanted) {
      if (device_id !== undefined) {
        const route = routes.devices.get(device_id);
        const age = route ? now - route.read_ms : Infinity;
        if (age > freshMs || age < 0 || (age > missFreshMs && !stayAt(route as DeviceRoute, sample.at_ms))) (devices ??= new Set()).add(device_id);
      } else if (vehicle_id !== undefined) {
        const route = routes.vehicles.get(vehicle_id);
        const age = route ? now - route.read_ms : Infinity;
        if (age > freshMs || age < 0 || (age > missFreshMs && !route?.vehicle)) (vehicles ??= new Set()).add(vehicle_id);
      }
    }
    if (!devices && !vehicles) return undefined;
    return Promise.all([devices && routes.devicesRead.want(devices), vehicles && routes.vehiclesRead.want(vehicles)]).then(() => undefined);
  }

  find(accountId: string, { device_id, vehicle_id, sample }: Wanted): RoutedVehicle | QuarantineReason {
    const routes = this.accounts.get(accountId);
    if (vehicle_id !== undefined && device_id === undefined) return routes?.vehicles.get(vehicle_id)?.vehicle ?? 'no_vehicle';
    const route = device_id === undefined ? undefined : routes?.devices.get(device_id);
    if (!route) return 'no_vehicle';
    if (route.disabled) return 'device_disabled';
    return stayAt(route, sample.at_ms)?.vehicle ?? 'no_vehicle';
  }

  /** Something about this device has changed. */
  forget(accountId: string, deviceId: string): void {
    this.accounts.get(accountId)?.devices.delete(deviceId);
  }

  @Hears(DeviceBound, 'telemetry_engine.route_bound_device')
  async bound(event: Heard<PayloadOf<typeof DeviceBound>>): Promise<void> {
    this.forget(event.accountId, event.payload.device_id);
  }

  @Hears(DeviceUnbound, 'telemetry_engine.route_unbound_device')
  async unbound(event: Heard<PayloadOf<typeof DeviceUnbound>>): Promise<void> {
    this.forget(event.accountId, event.payload.device_id);
  }

  private routesOf(accountId: string): AccountRoutes {
    const routes = this.accounts.get(accountId);
    if (routes) return routes;
    const made: AccountRoutes = {
      devices: new Map(),
      vehicles: new Map(),
      devicesRead: new Gathering((ids) => this.load(accountId, (tx, accountNo) => this.loadDevices(tx, accountNo, made, ids, this.clock.now().getTime()))),
      vehiclesRead: new Gathering((ids) => this.load(accountId, (tx, accountNo) => this.loadVehicles(tx, accountNo, made, ids, this.clock.now().getTime()))),
    };
    this.accounts.set(accountId, made);
    return made;
  }

  private async load(accountId: string, read: (tx: ReadTx, accountNo: number) => Promise<void>): Promise<void> {
    const accountNo = this.accountNos.get(accountId) ?? (await this.accountNo(accountId));
    await this.db.read(systemActor(accountId, 'telemetry_engine.routing'), (tx) => read(tx, accountNo));
  }

  private async loadDevices(tx: ReadTx, accountNo: number, routes: AccountRoutes, deviceIds: string[], now: number): Promise<void> {
    const bindings = await this.lookup.bindingsOf(tx, deviceIds, new Date(now - keepMs - dayMs));
    const disabled = await tx.sql<{ device_id: string }>('select device_id from telemetry_engine.device where device_id = any($1) and disabled_at is not null', [deviceIds]);
    if (routes.devices.size > routesMax) routes.devices.clear();
    for (const id of deviceIds) routes.devices.set(id, { read_ms: now, disabled: false, stays: [] });
    for (const { device_id } of disabled) Object.assign(routes.devices.get(device_id) ?? {}, { disabled: true });
    for (const binding of bindings) routes.devices.get(binding.device_id)?.stays.push(stayOf(binding, tx.accountId, accountNo));
  }

  private async loadVehicles(tx: ReadTx, accountNo: number, routes: AccountRoutes, vehicleIds: string[], now: number): Promise<void> {
    const known = await this.lookup.many(tx, vehicleIds);
    if (routes.vehicles.size > routesMax) routes.vehicles.clear();
    for (const id of vehicleIds) {
      const v = known.get(id);
      const vehicle = v && { vehicle_id: v.id, vehicle_no: v.vehicle_no, park_id: v.park_id, account_id: tx.accountId, account_no: accountNo };
      routes.vehicles.set(id, { read_ms: now, vehicle });
    }
  }

  /** Given once to an account and never changed. */
  private async accountNo(accountId: string): Promise<number> {
    const no = await this.db.system('telemetry_engine.routing', async (tx) => {
      const select = 'select account_no from telemetry_engine.account_number where account_id = $1';
      const known = await tx.one<{ account_no: number }>(select, [accountId]);
      if (known) return known.account_no;
      await tx.execute('insert into telemetry_engine.account_number (account_id) values ($1) on conflict do nothing', [accountId]);
      return (await tx.one<{ account_no: number }>(select, [accountId]))?.account_no;
    });
    if (no === undefined) throw new Error(`Account ${accountId} got no number.`);
    this.accountNos.set(accountId, no);
    return no;
  }
}

const stayOf = (b: DeviceBinding, account_id: string, account_no: number): Stay => ({
  from_ms: b.from.getTime(),
  to_ms: b.to?.getTime() ?? Infinity,
  vehicle: { vehicle_id: b.vehicle_id, vehicle_no: b.vehicle_no, park_id: b.park_id, account_id, account_no },
});

/** The newest stay is looked at first: late samples are few. */
function stayAt(route: DeviceRoute, atMs: number): Stay | undefined {
  for (let i = route.stays.length - 1; i >= 0; i -= 1) {
    const stay = route.stays[i] as Stay;
    if (atMs >= stay.from_ms && atMs < stay.to_ms) return stay;
  }
  return undefined;
}
