import type { INestApplicationContext } from '@nestjs/common';
import { Clock } from '@fleet/platform/clock';
import type { Tx } from '@fleet/platform/database';
import type { Dice } from '@fleet/platform/random';
import type { DemoSeed } from '@fleet/platform/subsystem';
import { DeviceService } from '../devices/device.service';
import { DocumentService } from '../documents/document.service';
import { OdometerService } from '../odometer/odometer.service';
import { VehicleService } from '../vehicles/vehicle.service';
import { demoVehicles, type DemoVehicle } from './demo-vehicles';

const dayMs = 86_400_000;

/** Vehicles with a past: onboarded months ago, driven since, some gone or in repair. */
export async function seedVehicles({ app, tx, dice, parkIds }: DemoSeed): Promise<void> {
  const today = app.get(Clock).now();
  let n = 0;
  for (const vehicle of demoVehicles(dice)) {
    const onboardedAt = new Date(today.getTime() - vehicle.monthsInFleet * 30 * dayMs);
    const id = await atTime(app, onboardedAt, () => onboard(app, tx, vehicle, parkIds[n % 3 === 2 ? 1 : 0] as string));
    await addPapers(app, tx, id, vehicle, today, n);
    await driveSince(app, tx, id, vehicle, onboardedAt, today);
    await settle(app, tx, id, vehicle, dice, today);
    n += 1;
  }
}

async function onboard(app: INestApplicationContext, tx: Tx, v: DemoVehicle, parkId: string): Promise<string> {
  const vehicles = app.get(VehicleService);
  const { plate, vin, make, model, kind, year, color, fuel_type, tank_capacity_l, battery_capacity_kwh, department, tags } = v;
  const start = v.odometer_km - v.kmPerDay * 26 * v.monthsInFleet;
  const body = { plate, vin, make, model, kind, year, color, fuel_type, tank_capacity_l, battery_capacity_kwh, department, tags, park_id: parkId, assigned_city: 'Nairobi', odometer_km: start };
  const { id } = await vehicles.onboard(tx.actor, body);
  if (v.status !== 'onboarding') {
    await app.get(DeviceService).bind(tx.actor, id, v.deviceId, undefined);
    await vehicles.changeStatus(tx.actor, id, 'active', undefined);
  }
  return id;
}

async function addPapers(app: INestApplicationContext, tx: Tx, id: string, v: DemoVehicle, today: Date, n: number): Promise<void> {
  const documents = app.get(DocumentService);
  const day = (offset: number): string => new Date(today.getTime() + offset * dayMs).toISOString().slice(0, 10);
  const serial = String(n + 1).padStart(4, '0');
  await documents.add(tx.actor, id, { kind: 'registration', number: `DEMO-REG-${serial}`, issued_on: day(-v.monthsInFleet * 30) });
  await documents.add(tx.actor, id, { kind: 'insurance', number: `DEMO-INS-${serial}`, issuer: 'Demo Insurance', issued_on: day(v.insuranceDaysLeft - 365), expires_on: day(v.insuranceDaysLeft) });
  await documents.add(tx.actor, id, { kind: 'inspection', number: `DEMO-TUV-${serial}`, issued_on: day(v.inspectionDaysLeft - 365), expires_on: day(v.inspectionDaysLeft) });
}

async function driveSince(app: INestApplicationContext, tx: Tx, id: string, v: DemoVehicle, from: Date, today: Date): Promise<void> {
  const odometer = app.get(OdometerService);
  const start = v.odometer_km - v.kmPerDay * 26 * v.monthsInFleet;
  for (let month = 1; month <= Math.min(v.monthsInFleet - 1, 6); month += 1) {
    const at = new Date(today.getTime() - (month - 0.5) * 30 * dayMs);
    if (at <= from) break;
    const share = (at.getTime() - from.getTime()) / (today.getTime() - from.getTime());
    await odometer.append(tx, id, { odometer_km: Math.round(start + (v.odometer_km - start) * share), at, source: 'service' });
  }
}

async function settle(app: INestApplicationContext, tx: Tx, id: string, v: DemoVehicle, dice: Dice, today: Date): Promise<void> {
  if (v.status === 'active' || v.status === 'onboarding') return;
  const reasons = { in_repair: dice.pick(['Brake pads', 'Clutch', 'Body work after a scratch', 'Waiting for a part']), idle: 'No driver', retired: 'Sold' };
  const when = new Date(today.getTime() - dice.between(1, 12) * dayMs);
  await atTime(app, when, () => app.get(VehicleService).changeStatus(tx.actor, id, v.status, reasons[v.status as keyof typeof reasons]));
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
