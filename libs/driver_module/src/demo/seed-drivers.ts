import type { INestApplicationContext } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { VehicleLookup } from '@fleet/transport_registry';
import { DocumentService } from '../documents/document.service';
import { DriverService } from '../drivers/driver.service';
import { Feedback } from '../feedback/feedback.service';
import { DriverSettings } from '../settings/setting.service';
import { demoDrivers, demoShifts, type DemoDriver, type DemoShift } from './demo-drivers';

const dayMs = 86_400_000;

/** Drivers with a past on the vehicles in service. Shifts are written in bulk and tell nobody: what listens was not there then. */
export async function seedDrivers({ app, tx, dice, userIds }: DemoSeed): Promise<void> {
  const now = app.get(Clock).now();
  const vehicles = await app.get(VehicleLookup).inStatus(tx, 'active');
  const shifts: DemoShift[] = [];
  const { checklist } = await app.get(DriverSettings).of(tx, now);
  for (const [i, driver] of demoDrivers(dice, vehicles).entries()) {
    const came = new Date(now.getTime() - driver.monthsHere * 30 * dayMs);
    const id = await atTime(app, came, () => hire(app, tx, driver, now, userIds, checklist.map((item) => item.key)));
    await settle(app, tx, id, driver, new Date(now.getTime() - dice.between(1, 20) * dayMs));
    if ((driver.part === 'day' || driver.part === 'night') && driver.vehicle) {
      shifts.push(...demoShifts(dice, { id, vehicle: driver.vehicle, part: driver.part, onNow: i < 3 || i % 10 < 8 }, now));
      if (i % 6 === 0) await speakOf(app, tx, id, i, new Date(now.getTime() - dice.between(1, 25) * dayMs));
    }
  }
  await writeShifts(tx, shifts, now);
}

async function hire(app: INestApplicationContext, tx: Tx, driver: DemoDriver, today: Date, userIds: Map<string, string>, items: string[]): Promise<string> {
  const { name, phone, email, birth_date, address, tags, part, vehicle } = driver;
  const now = app.get(Clock).now();
  const userId = email ? userIds.get(email) : undefined;
  const drivers = app.get(DriverService);
  const { id } = await drivers.onboard(tx.actor, { name, phone, email, birth_date, address, tags, park_id: vehicle?.park_id ?? null, ...(userId ? { user_id: userId } : {}) });
  const day = (offset: number): string => new Date(today.getTime() + offset * dayMs).toISOString().slice(0, 10);
  const documents = app.get(DocumentService);
  const serial = phone.slice(-2);
  await documents.add(tx.actor, id, { kind: 'licence', number: `DEMO-DL-${serial}`, issuer: 'Demo Licence Office', categories: ['B'], issued_on: day(-driver.monthsHere * 30 - 900), expires_on: day(driver.licenceDaysLeft) });
  if (driver.medicalDaysLeft !== undefined) await documents.add(tx.actor, id, { kind: 'medical', number: `DEMO-MED-${serial}`, expires_on: day(driver.medicalDaysLeft) });
  const done = part === 'applicant' ? items.slice(0, 2) : items;
  await tx.sql('insert into driver_module.onboarding_step (account_id, driver_id, item, done_by, done_at) select $1, $2, item, $3, $4 from unnest($5::text[]) item', [tx.accountId, id, tx.actor.id, now, done]);
  if (part !== 'applicant') await drivers.changeStatus(tx.actor, id, 'active', undefined);
  return id;
}

async function settle(app: INestApplicationContext, tx: Tx, id: string, driver: DemoDriver, when: Date): Promise<void> {
  const drivers = app.get(DriverService);
  if (driver.part === 'suspended') await atTime(app, when, () => drivers.changeStatus(tx.actor, id, 'suspended', 'Missed the safety briefing'));
  if (driver.part !== 'left') return;
  await atTime(app, when, () => drivers.changeStatus(tx.actor, id, 'left', 'Moved to another city'));
  if (driver.name.endsWith('0')) await atTime(app, when, () => drivers.blacklist(tx.actor, id, 'Returned the vehicle with the tank of another', true));
}

async function speakOf(app: INestApplicationContext, tx: Tx, id: string, i: number, when: Date): Promise<void> {
  const feedback = app.get(Feedback);
  const topic = (['driving', 'vehicle_care', 'punctuality', 'conduct'] as const)[(i / 6) % 4] ?? 'other';
  const said = await atTime(app, when, () => feedback.give(tx.actor, id, { source: i % 12 === 0 ? 'passenger' : 'staff', topic, rating: 3 + (i % 3), text: 'Demo feedback: a calm ride.' }));
  if (i % 18 !== 0) await atTime(app, when, () => feedback.moderate(tx.actor, said.id, 'published', undefined));
}

async function writeShifts(tx: Tx, shifts: readonly DemoShift[], now: Date): Promise<void> {
  const column = <K extends keyof DemoShift>(name: K): DemoShift[K][] => shifts.map((shift) => shift[name]);
  await tx.sql(
    `insert into driver_module.shift (id, account_id, driver_id, subject_id, vehicle_id, kind, state, planned, period, start_fuel_pct, end_fuel_pct, created_by, created_at, updated_at)
     select s.id, $1, s.driver_id, s.driver_id, s.vehicle_id, 'shift', s.state,
            case when s.state = 'planned' then tstzrange(s.from_at, s.to_at) end, case when s.state <> 'planned' then tstzrange(s.from_at, s.to_at) end,
            case when s.state <> 'planned' then s.fuel_start end, s.fuel_end, $2, least(s.from_at, $3), least(coalesce(s.to_at, s.from_at), $3)
       from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::int[], $11::int[]) as s(id, driver_id, vehicle_id, state, from_at, to_at, fuel_start, fuel_end)`,
    [tx.accountId, tx.actor.id, now, shifts.map(() => randomUUID()), column('driverId'), column('vehicleId'), column('state'), column('from'), column('to'), column('fuelStart'), column('fuelEnd')],
  );
}

/** Lets the seed tell the past: everything written meanwhile happened then. */
async function atTime<T>(app: INestApplicationContext, when: Date, work: () => Promise<T>): Promise<T> {
  const clock = app.get(Clock);
  const now = clock.now.bind(clock);
  clock.now = () => when;
  try {
    return await work();
  } finally {
    clock.now = now;
  }
}
