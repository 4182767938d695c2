import { Injectable } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import { statement, type ReadTx } from '@fleet/platform/database';
import { DriverProfiles } from '../drivers/driver-profiles';
import { DriverSeal } from '../drivers/driver-seal';
import type { Driver } from '../drivers/driver.entity';
import { DriverService, mayEnter } from '../drivers/driver.service';
import type { Fault } from '../rules/assignment';
import { normalPhone } from '../rules/contact';
import { AssignmentGate } from '../shifts/assignment-gate';

/** What other subsystems may know of a driver. Names are asked for apart, by those who show them. */
export interface KnownDriver {
  id: string;
  driver_no: number;
  park_id: string | null;
  user_id: string | null;
  status: string;
  blacklisted: boolean;
  erased: boolean;
}

const columns = `coalesce(o.id, d.id) as id, coalesce(o.driver_no, d.driver_no) as driver_no, case when o.id is null then d.park_id else o.park_id end as park_id,
  case when o.id is null then d.user_id else o.user_id end as user_id, coalesce(o.status, d.status) as status,
  coalesce(o.blacklisted_at, d.blacklisted_at) is not null as blacklisted, coalesce(o.erased_at, d.erased_at) is not null as erased, d.id as asked`;
const from = 'driver_module.driver d left join driver_module.driver o on o.id = d.merged_into';
const byIds = statement<KnownDriver & { asked: string }>(`select ${columns} from ${from} where d.id = any($1::uuid[])`);
const byLogin = statement<KnownDriver & { asked: string }>(`select ${columns} from ${from} where d.user_id = $1`);
const byPhone = statement<KnownDriver & { asked: string }>(`select ${columns} from ${from} where d.account_id = $1 and d.phone_index = $2 and d.status <> 'left'`);
/** For whom news about a driver is. */
export const parkOfDriver = statement<{ park_id: string | null }>('select park_id from driver_module.driver where id = $1');
const rows = statement<Driver>('select * from driver_module.driver where id = any($1::uuid[])');

/** The drivers' read door. It answers inside the caller's account and parks; a merged id leads to the driver who stayed. */
@Injectable()
export class DriverLookup {
  constructor(
    private readonly clock: Clock,
    private readonly drivers: DriverService,
    private readonly profiles: DriverProfiles,
    private readonly sealer: DriverSeal,
    private readonly gate: AssignmentGate,
  ) {}

  async require(tx: ReadTx, id: string): Promise<KnownDriver> {
    const driver = await this.drivers.find(tx, id);
    const { id: found, driver_no, park_id, user_id, status } = driver;
    return { id: found, driver_no, park_id, user_id, status, blacklisted: driver.blacklisted_at !== null, erased: driver.erased_at !== null };
  }

  /** By the ids asked with. */
  async many(tx: ReadTx, ids: readonly string[]): Promise<Map<string, KnownDriver>> {
    const found = ids.length === 0 ? [] : await tx.sql(byIds, [ids]);
    return new Map(found.filter((d) => mayEnter(tx.actor, d.park_id)).map(({ asked, ...driver }) => [asked, driver]));
  }

  async ofLogin(tx: ReadTx, userId: string): Promise<KnownDriver | undefined> {
    return inside(tx, await tx.one(byLogin, [userId]));
  }

  /** In any spelling; the sender of a chat message, for instance. */
  async byPhone(tx: ReadTx, phone: string): Promise<KnownDriver | undefined> {
    const normal = normalPhone(phone);
    return normal ? inside(tx, await tx.one(byPhone, [tx.accountId, this.sealer.index(tx.accountId, 'phone', normal)])) : undefined;
  }

  /** Names to show; "Driver 1042" once the person is erased. */
  async names(tx: ReadTx, ids: readonly string[]): Promise<Map<string, string>> {
    const known = await this.many(tx, ids);
    const living = await tx.sql(rows, [[...new Set([...known.values()].map((d) => d.id))]]);
    const profiles = await this.profiles.profiles(tx, living);
    const named = new Map(living.map((driver, i) => [driver.id, profiles[i]?.name]));
    return new Map([...known].map(([asked, driver]) => [asked, named.get(driver.id) ?? `Driver ${driver.driver_no}`]));
  }

  /** What speaks against this driver taking any vehicle just now. */
  async faults(tx: ReadTx, id: string): Promise<Fault[]> {
    const driver = await this.drivers.find(tx, id);
    const faults = await this.gate.faults(tx, { driver, vehicle: undefined, kind: 'rental', from: this.clock.now(), to: undefined, planned: false });
    return faults.filter((fault) => fault.code.startsWith('DRIVER_'));
  }
}

function inside(tx: ReadTx, row: (KnownDriver & { asked: string }) | undefined): KnownDriver | undefined {
  if (!row || !mayEnter(tx.actor, row.park_id)) return undefined;
  const { asked: _, ...driver } = row;
  return driver;
}
