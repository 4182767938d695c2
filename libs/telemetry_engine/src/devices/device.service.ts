import { Injectable } from '@nestjs/common';
import { DeviceDisabled, DeviceRegistered } from '@fleet/contracts';
import { record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { conflictOn, Db, type Actor, type ReadTx } from '@fleet/platform/database';
import { listPage, notFound, Where, type Page } from '@fleet/platform/http';
import { emit } from '@fleet/platform/outbox';
import { VehicleLookup } from '@fleet/transport_registry';
import { Gate } from './device-gate';
import { newDevicePassword, sealDevicePassword } from './device-secret';
import { protocolName, type DevicePasswordView, type DevicesQuery, type DeviceView, type RegisterDeviceBody } from './device.dto';
import { RoutingTable } from './routing';

const talkingMs = 10 * 60_000;
const columns = `d.device_id, d.protocol, d.secret_hash is not null as has_password, c.heard_at as last_heard_at, c.reject_reason as last_reject_reason,
  c.rejected_at as last_rejected_at, d.disabled_at, d.created_at, d.version`;
const from = 'telemetry_engine.device d left join telemetry_engine.device_contact c on c.account_id = d.account_id and c.device_id = d.device_id';

type Row = Omit<DeviceView, 'talking' | 'vehicle_id'>;

/** Devices that may talk to us. In which vehicle one is, the registry knows; whether it talks, we do. */
@Injectable()
export class Devices {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly gate: Gate,
    private readonly routing: RoutingTable,
    private readonly lookup: VehicleLookup,
  ) {}

  async register(actor: Actor, body: RegisterDeviceBody): Promise<DeviceView> {
    const secret = body.password === undefined ? undefined : sealDevicePassword(body.password);
    const protocol = protocolName(body.protocol);
    return this.db.write(actor, async (tx) => {
      await conflictOn({ device_pk: ['DEVICE_TAKEN', 'A device with this id is registered already. Ids are unique over the whole server, because a connecting device says nothing else.'] }, () =>
        tx.sql(`insert into telemetry_engine.device (device_id, account_id, protocol, secret_hash, secret_salt, registered_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)`, [
          body.device_id,
          actor.accountId,
          protocol,
          secret?.secret_hash ?? null,
          secret?.secret_salt ?? null,
          actor.id,
          this.clock.now(),
        ]),
      );
      await record(tx, { action: 'telemetry_engine.device.registered', subject: { type: 'device', id: body.device_id }, data: { protocol } });
      await emit(tx, DeviceRegistered, { device_id: body.device_id, protocol });
      tx.afterCommit(() => this.changed(actor, body.device_id));
      return this.find(tx, body.device_id);
    });
  }

  async list(actor: Actor, query: DevicesQuery): Promise<Page<DeviceView>> {
    return this.db.read(actor, async (tx) => {
      const heardSince = new Date(this.clock.now().getTime() - talkingMs);
      const where = new Where()
        .and('d.account_id = ?', actor.accountId)
        .and('d.device_id = any(?)', await this.lookup.devicesInParks(tx))
        .and('d.device_id ^@ ?', query.q)
        .and('d.protocol = ?', query.protocol)
        .and(`coalesce(c.heard_at, '-infinity') >= ?`, query.talking === true ? heardSince : undefined)
        .and(`coalesce(c.heard_at, '-infinity') < ?`, query.talking === false ? heardSince : undefined);
      const sorts = {
        device_id: { sql: 'd.device_id', type: 'text' as const },
        created_at: { sql: 'd.created_at', type: 'timestamptz' as const },
        last_heard_at: { sql: `coalesce(c.heard_at, '-infinity')`, type: 'timestamptz' as const },
      };
      const page = await listPage<Row>(tx, { select: columns, from, where, sorts, defaultSort: 'device_id', key: { sql: 'd.device_id', type: 'text' } }, query);
      return { items: await this.shown(tx, page.items), next_cursor: page.next_cursor };
    });
  }

  get(actor: Actor, deviceId: string): Promise<DeviceView> {
    return this.db.read(actor, async (tx) => {
      const parks = await this.lookup.devicesInParks(tx);
      if (parks && !parks.includes(deviceId)) throw notFound('device', deviceId);
      return this.find(tx, deviceId);
    });
  }

  async rotatePassword(actor: Actor, deviceId: string, wanted: string | undefined): Promise<DevicePasswordView> {
    const password = wanted ?? newDevicePassword();
    const { secret_hash, secret_salt } = sealDevicePassword(password);
    return this.db.write(actor, async (tx) => {
      const changed = await tx.execute(`update telemetry_engine.device set secret_hash = $2, secret_salt = $3, version = version + 1 where device_id = $1`, [deviceId, secret_hash, secret_salt]);
      if (changed === 0) throw notFound('device', deviceId);
      await record(tx, { action: 'telemetry_engine.device.password_rotated', subject: { type: 'device', id: deviceId } });
      tx.afterCommit(() => this.changed(actor, deviceId));
      return { device_id: deviceId, password };
    });
  }

  async disable(actor: Actor, deviceId: string, reason: string | undefined): Promise<DeviceView> {
    return this.db.write(actor, async (tx) => {
      const device = await this.find(tx, deviceId);
      if (!device.disabled_at) {
        await tx.sql(`update telemetry_engine.device set disabled_at = $2, version = version + 1 where device_id = $1`, [deviceId, this.clock.now()]);
        await emit(tx, DeviceDisabled, { device_id: deviceId, protocol: device.protocol, reason: reason ?? null });
      }
      await record(tx, { action: 'telemetry_engine.device.disabled', subject: { type: 'device', id: deviceId }, ...(reason ? { reason } : {}) });
      tx.afterCommit(() => this.changed(actor, deviceId));
      return this.find(tx, deviceId);
    });
  }

  async enable(actor: Actor, deviceId: string): Promise<DeviceView> {
    return this.db.write(actor, async (tx) => {
      const changed = await tx.execute(`update telemetry_engine.device set disabled_at = null, version = version + 1 where device_id = $1`, [deviceId]);
      if (changed === 0) throw notFound('device', deviceId);
      await record(tx, { action: 'telemetry_engine.device.enabled', subject: { type: 'device', id: deviceId } });
      tx.afterCommit(() => this.changed(actor, deviceId));
      return this.find(tx, deviceId);
    });
  }

  private changed(actor: Actor, deviceId: string): void {
    this.gate.forget(deviceId);
    this.routing.forget(actor.accountId, deviceId);
  }

  private async find(tx: ReadTx, deviceId: string): Promise<DeviceView> {
    const row = await tx.one<Row>(`select ${columns} from ${from} where d.device_id = $1`, [deviceId]);
    if (!row) throw notFound('device', deviceId.slice(0, 64));
    return (await this.shown(tx, [row]))[0] as DeviceView;
  }

  private async shown(tx: ReadTx, rows: Row[]): Promise<DeviceView[]> {
    const now = this.clock.now();
    const bindings = rows.length === 0 ? [] : await this.lookup.bindingsOf(tx, rows.map((r) => r.device_id), now);
    const vehicleOf = new Map(bindings.filter((b) => b.from <= now).map((b) => [b.device_id, b.vehicle_id]));
    return rows.map((row) => ({
      ...row,
      talking: row.last_heard_at !== null && now.getTime() - row.last_heard_at.getTime() <= talkingMs,
      vehicle_id: vehicleOf.get(row.device_id) ?? null,
    }));
  }
}
