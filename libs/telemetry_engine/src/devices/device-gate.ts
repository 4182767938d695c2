import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { Db, statement } from '@fleet/platform/database';
import { WrongPassword } from '../listen/session';
import { Gathering } from '../pipeline/gathering';
import type { DeviceGate, KnownDevice } from '../sample';
import { DeviceContacts, type RefusedContact } from './device-contacts';
import { deviceIdShape, protocolName } from './device.dto';
import { devicePasswordFits, type DeviceSecret } from './device-secret';

interface DeviceRow extends KnownDevice {
  secret_hash: Buffer | null;
  secret_salt: Buffer | null;
  disabled: boolean;
}

const freshMs = 30_000;
/** Somebody may be registering an unknown device right now; but it may also knock a hundred times a second. */
const unknownFreshMs = 2_000;
const cacheMax = 200_000;

const byIds = statement<DeviceRow>(`
  select device_id, account_id, protocol, secret_hash, secret_salt, disabled_at is not null as disabled from telemetry_engine.device where device_id = any($1::text[])`);

/** Lets devices in: by a registered id, its protocol, and its password if it has one. */
@Injectable()
export class Gate implements DeviceGate {
  private readonly cache = new Map<string, { read_ms: number; device: DeviceRow | undefined }>();
  private readonly read = new Gathering<string>((ids) => this.load(ids));

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly contacts: DeviceContacts,
  ) {}

  async admit(deviceId: string, password: string | undefined, protocol: string): Promise<KnownDevice | undefined> {
    const device = deviceIdShape.test(deviceId) ? await this.find(deviceId) : undefined;
    if (!device) return undefined;
    const now = this.clock.now().getTime();
    const refusal = refusalOf(device, password, protocol);
    if (refusal) {
      this.contacts.rejected(device.account_id, deviceId, now, refusal);
      if (refusal === 'wrong_password') throw new WrongPassword();
      return undefined;
    }
    this.contacts.heard(device.account_id, deviceId, now, device.protocol);
    return { device_id: device.device_id, account_id: device.account_id, protocol: device.protocol };
  }

  /** Known at once in this process; in others within half a minute. */
  forget(deviceId: string): void {
    this.cache.delete(deviceId);
  }

  private async find(deviceId: string): Promise<DeviceRow | undefined> {
    const now = this.clock.now().getTime();
    const known = this.cache.get(deviceId);
    if (known && Math.abs(now - known.read_ms) < (known.device ? freshMs : unknownFreshMs)) return known.device;
    await this.read.want([deviceId]);
    return this.cache.get(deviceId)?.device;
  }

  private async load(deviceIds: readonly string[]): Promise<void> {
    const now = this.clock.now().getTime();
    const rows = await this.db.systemRead('telemetry_engine.gate', (tx) => tx.sql(byIds, [deviceIds]));
    const found = new Map(rows.map((row) => [row.device_id, row]));
    if (this.cache.size + deviceIds.length > cacheMax) this.cache.clear();
    for (const id of deviceIds) this.cache.set(id, { read_ms: now, device: found.get(id) });
  }
}

function refusalOf(device: DeviceRow, password: string | undefined, protocol: string): RefusedContact | undefined {
  if (device.disabled) return 'device_disabled';
  // Otherwise a device with a password could be impersonated by a protocol that knows none.
  if (protocolName(protocol) !== device.protocol) return 'wrong_protocol';
  if (!device.secret_hash || !device.secret_salt) return undefined;
  return password !== undefined && devicePasswordFits(device as DeviceSecret, password) ? undefined : 'wrong_password';
}
