import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Db } from '@fleet/platform/database';
import type { QuarantineReason } from '../pipeline/reasons';

interface Contact {
  account_id: string;
  device_id: string;
  heard_ms?: number;
  protocol?: string;
  rejected_ms?: number;
  reject_reason?: string;
}

const flushEveryMs = 5_000;
/** Ids that nobody registered must not fill the memory. */
const pendingMax = 100_000;

/** Why a device that tried to talk to us was sent away. */
export type RefusedContact = QuarantineReason | 'wrong_password' | 'wrong_protocol';

/** Is it talking, and what went wrong last: collected in memory, written every few seconds. */
@Injectable()
export class DeviceContacts implements BeforeApplicationShutdown {
  private readonly log = new Logger('telemetry');
  /** By account, then by device: joining two texts for each sample would cost more than two look-ups. */
  private pending = new Map<string, Map<string, Contact>>();
  private pendingCount = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly db: Db) {}

  heard(accountId: string, deviceId: string, atMs: number, protocol?: string): void {
    const contact = this.of(accountId, deviceId);
    if (!contact) return;
    contact.heard_ms = atMs;
    if (protocol) contact.protocol = protocol;
  }

  rejected(accountId: string, deviceId: string, atMs: number, reason: RefusedContact): void {
    const contact = this.of(accountId, deviceId);
    if (contact) Object.assign(contact, { rejected_ms: atMs, reject_reason: reason });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const contacts = [...this.pending.values()].flatMap((devices) => [...devices.values()]);
    contacts.sort((a, b) => (a.account_id < b.account_id || (a.account_id === b.account_id && a.device_id < b.device_id) ? -1 : 1));
    this.pending = new Map();
    this.pendingCount = 0;
    if (contacts.length === 0) return;
    const column = <T>(of: (c: Contact) => T | undefined): (T | null)[] => contacts.map((c) => of(c) ?? null);
    const time = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));
    try {
      await this.db.system('telemetry_engine.contacts', (tx) =>
        tx.execute(
          `insert into telemetry_engine.device_contact as c (device_id, account_id, heard_at, protocol, rejected_at, reject_reason)
           select * from unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[])
           on conflict (account_id, device_id) do update set heard_at = greatest(c.heard_at, excluded.heard_at), protocol = coalesce(excluded.protocol, c.protocol),
             rejected_at = coalesce(excluded.rejected_at, c.rejected_at), reject_reason = coalesce(excluded.reject_reason, c.reject_reason)`,
          [column((c) => c.device_id), column((c) => c.account_id), column((c) => time(c.heard_ms)), column((c) => c.protocol), column((c) => time(c.rejected_ms)), column((c) => c.reject_reason)],
        ),
      );
    } catch (error) {
      this.log.warn({ err: error }, 'contacts of devices were not written');
    }
  }

  private of(account_id: string, device_id: string): Contact | undefined {
    let devices = this.pending.get(account_id);
    if (!devices) this.pending.set(account_id, (devices = new Map()));
    let contact = devices.get(device_id);
    if (contact || this.pendingCount >= pendingMax) return contact;
    contact = { account_id, device_id };
    devices.set(device_id, contact);
    this.pendingCount += 1;
    this.timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
    return contact;
  }
}
