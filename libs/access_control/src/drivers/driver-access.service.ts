import { Injectable } from '@nestjs/common';
import { DriverLookup } from '@fleet/driver_module';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { rule } from '@fleet/platform/http';
import { VehicleLookup } from '@fleet/transport_registry';
import { Lockouts } from '../lockouts/lockout.service';
import { reasonsAgainst, type DriverFacts } from '../rules/driver_access';
import type { AccessStatusView, RentalStatusView } from './access.dto';

const alsoKnownAs = statement<{ id: string }>('select id from driver_module.driver where merged_into = $1');
const heldNow = statement<{ vehicle_id: string; vehicle_status: string; kind: 'shift' | 'rental'; since: Date }>(`
  select s.vehicle_id, v.status as vehicle_status, s.kind, lower(s.period) as since from driver_module.shift s join transport_registry.vehicle v on v.id = s.vehicle_id
   where s.driver_id = $1 and s.state = 'open' and s.period @> $2::timestamptz`);
const lastShift = statement<{ at: Date }>(`
  select upper(period) as at from driver_module.shift where driver_id = $1 and state = 'closed' and kind = 'shift' and period && tstzrange($2::timestamptz - interval '3 days', $2) order by upper(period) desc limit 1`);
const medical = statement<{ expires_on: string | null }>(`
  select expires_on from driver_module.document where driver_id = $1 and kind = 'medical' and verified_at is not null and withdrawn_at is null`);
const rules = statement<{ today: string; shift_max_minutes: number; rest_min_minutes: number }>(`
  select ($2::timestamptz at time zone a.time_zone)::date as today, coalesce(s.shift_max_minutes, 720) as shift_max_minutes, coalesce(s.rest_min_minutes, 480) as rest_min_minutes
    from auth.account a left join driver_module.setting s on s.account_id = a.id where a.id = $1`);
const holder = statement<{ driver_id: string; kind: 'shift' | 'rental'; since: Date }>(`
  select driver_id, kind, lower(period) as since from driver_module.shift where vehicle_id = $1 and state = 'open' and period @> $2::timestamptz`);
const lastDone = statement<{ kind: string; state: string }>(`
  select kind, state from access_control.command where vehicle_id = $1 and state in ('completed', 'unknown') order by intent_no desc limit 1`);

/** Whether a driver may drive just now, and whether a vehicle may be taken, with everything that speaks against it. */
@Injectable()
export class DriverAccess {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly drivers: DriverLookup,
    private readonly vehicles: VehicleLookup,
    private readonly lockouts: Lockouts,
  ) {}

  status(actor: Actor, driverId: string): Promise<AccessStatusView> {
    return this.db.read(actor, (tx) => this.statusIn(tx, driverId));
  }

  /** For the driver's phone: whoever signed in, and nobody else. */
  mine(actor: Actor): Promise<AccessStatusView> {
    return this.db.read(actor, async (tx) => {
      const driver = await this.drivers.ofLogin(tx, actor.id);
      if (!driver) throw rule('LOGIN_WITHOUT_DRIVER', 'This login belongs to no driver. Ask the office to link it.');
      return this.statusIn(tx, driver.id);
    });
  }

  async statusIn(tx: ReadTx, driverId: string): Promise<AccessStatusView> {
    const facts = await this.factsOf(tx, driverId);
    const reasons = reasonsAgainst(facts);
    const { now, faults: _, ...shown } = facts;
    return { driver_id: driverId, status: reasons.length === 0 ? 'allowed' : 'denied', allowed: reasons.length === 0, reasons, facts: shown, checked_at: now };
  }

  rental(actor: Actor, vehicleId: string): Promise<RentalStatusView> {
    return this.db.read(actor, async (tx) => {
      const vehicle = await this.vehicles.require(tx, vehicleId);
      const now = this.clock.now();
      const held = await tx.one(holder, [vehicle.id, now]);
      const lockouts = await this.lockouts.holding(tx, [vehicle.id]);
      const done = await tx.one(lastDone, [vehicle.id]);
      const free = vehicle.status === 'active' ? 'available' : 'out_of_service';
      return {
        vehicle_id: vehicle.id,
        rental_status: lockouts.length > 0 ? 'locked_out' : free === 'out_of_service' ? free : held ? (held.kind === 'rental' ? 'rented' : 'on_shift') : free,
        driver_id: held?.driver_id ?? null,
        since: held?.since ?? null,
        lockouts: lockouts.map(({ id, reason_code, until }) => ({ id, reason_code, until })),
        immobilization: !done ? 'never' : done.state === 'unknown' ? 'unknown' : done.kind === 'immobilize' ? 'immobilized' : 'released',
      };
    });
  }

  /** A merged driver's debts and lockouts are those of the one who stayed: they follow the person and never the vehicle. */
  private async factsOf(tx: ReadTx, driverId: string): Promise<DriverFacts> {
    const now = this.clock.now();
    const driver = await this.drivers.require(tx, driverId);
    const others = (await tx.sql(alsoKnownAs, [driver.id])).map((row) => row.id);
    const holding = await tx.one(heldNow, [driver.id, now]);
    const account = await tx.one(rules, [tx.accountId, now]);
    const locked = await this.lockouts.holding(tx, [driver.id, ...others, ...(holding ? [holding.vehicle_id] : [])]);
    return {
      now,
      today: account?.today ?? now.toISOString().slice(0, 10),
      status: driver.status,
      blacklisted: driver.blacklisted,
      erased: driver.erased,
      faults: await this.drivers.faults(tx, driver.id),
      medicalUntil: (await tx.sql(medical, [driver.id])).map((row) => row.expires_on),
      lockouts: locked.map(({ id, reason_code, until, subject_type }) => ({ id, reason_code, until, of: subject_type })),
      holding,
      lastShiftEndedAt: (await tx.one(lastShift, [driver.id, now]))?.at,
      limits: { shift_max_minutes: account?.shift_max_minutes ?? 720, rest_min_minutes: account?.rest_min_minutes ?? 480 },
    };
  }
}
