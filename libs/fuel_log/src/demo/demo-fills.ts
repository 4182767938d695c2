import type { Dice } from '@fleet/platform/random';
import type { KnownVehicle } from '@fleet/transport_registry';
import type { DriverSpan } from '@fleet/driver_module';
import { distancesOf } from '../rules/efficiency';
import type { FuelType } from '../rules/fuel';
import { totalMinor } from '../rules/money';
import { rounded } from '../rules/units';

const dayMs = 86_400_000;
export const demoDays = 35;

/** One line of a month of filling up. */
export interface DemoFill {
  vehicle: KnownVehicle;
  at: Date;
  odometer_km: number;
  fuel_type: FuelType;
  quantity: number;
  unit: 'l' | 'kwh';
  price: number;
  total: number;
  full: boolean;
  missed: boolean;
  held: boolean;
  station: string;
  payment: string;
  receipt: string;
  distance: number | null;
  efficiency: number | null;
  /** Something is odd about it, on purpose. */
  odd: boolean;
}

/** What the vehicle showed at a moment, and how far it goes in a day. */
export interface DemoRoad {
  km: number;
  at: Date;
  kmPerDay: number;
}

const stations = ['Demo Station Westlands', 'Demo Station Eastleigh', 'Demo Station Mombasa Road', 'Demo Station Thika Road'];
const prices: Partial<Record<FuelType, number>> = { gasoline: 182.5, diesel: 171.4, electric: 28 };

/** A believable month of one vehicle: mostly full tanks, some partial, one missed, and now and then something to ask about. */
export function demoFills(dice: Dice, vehicle: KnownVehicle, road: DemoRoad, spans: readonly DriverSpan[], now: Date): DemoFill[] {
  const electric = vehicle.fuel_type === 'electric';
  const capacity = (electric ? vehicle.battery_capacity_kwh : vehicle.tank_capacity_l) ?? 45;
  const per100 = electric ? 15.5 : thirst(capacity, vehicle.fuel_type) * (0.92 + dice.next() * 0.16);
  const fuel_type = (electric ? 'electric' : vehicle.fuel_type === 'diesel' ? 'diesel' : 'gasoline') satisfies FuelType;
  const kmAt = (at: Date): number => road.km + ((at.getTime() - road.at.getTime()) / dayMs) * road.kmPerDay;
  const fills: DemoFill[] = [];
  let last = now.getTime() - demoDays * dayMs;
  // What a partial fill left empty is bought with the next one: the tank must balance, or consumption comes out too low.
  let empty = 0;
  for (;;) {
    const range = ((capacity * (0.5 + dice.next() * 0.2) - empty) / per100) * 100;
    const at = inShift(dice, new Date(last + (range / road.kmPerDay) * dayMs), spans, last + 2 * 3_600_000);
    if (at.getTime() > now.getTime() - 1_800_000) break;
    last = at.getTime();
    const km = rounded(kmAt(at), 0);
    const before = fills.at(-1)?.odometer_km;
    if (before !== undefined && km <= before) continue;
    const needed = empty + ((before === undefined ? range : km - before) * per100 * (0.97 + dice.next() * 0.06)) / 100;
    const full = fills.length === 0 || dice.next() > 0.15;
    const quantity = rounded(Math.min(full ? needed : needed * 0.5, capacity * 0.97), 2);
    if (quantity <= 1) continue;
    const price = rounded((prices[fuel_type] ?? 180) * (0.985 + dice.next() * 0.03), 2);
    // Nobody drives further than the tank lasts: another fill was not written down.
    const missed = needed > capacity;
    fills.push({ ...bought(dice, vehicle, at, km, fuel_type, quantity, price, full), missed });
    empty = full || missed ? 0 : needed - quantity;
  }
  return oddities(vehicle, fills, capacity);
}

function bought(dice: Dice, vehicle: KnownVehicle, at: Date, odometer_km: number, fuel_type: FuelType, quantity: number, price: number, full: boolean): DemoFill {
  const common = { missed: false, held: false, distance: null, efficiency: null, odd: false, unit: fuel_type === 'electric' ? ('kwh' as const) : ('l' as const) };
  return { ...common, vehicle, at, odometer_km, fuel_type, quantity, price, total: totalMinor(quantity, price, 2), full, station: dice.pick(stations), payment: dice.pick(['cash', 'mobile_money', 'fuel_card', 'fuel_card']), receipt: `DEMO-${vehicle.vehicle_no}-${at.getTime().toString(36)}` };
}

/** Every few vehicles one thing that a person should look at. */
function oddities(vehicle: KnownVehicle, fills: DemoFill[], capacity: number): DemoFill[] {
  const { vehicle_no } = vehicle;
  const [, second, third] = fills;
  if (vehicle_no % 9 === 1 && second) second.missed = true;
  if (vehicle_no % 10 === 3 && third) again(third, { price: rounded(third.price * 1.45, 2) });
  if (vehicle_no % 12 === 4 && third && third.unit === 'l') again(third, { quantity: rounded(capacity * 1.18, 2), held: true });
  if (vehicle_no % 11 === 2 && second) fills.splice(2, 0, again({ ...second }, { at: new Date(second.at.getTime() + 25 * 60_000), odometer_km: second.odometer_km + 3, quantity: 12, receipt: `${second.receipt}-B` }));
  const sorted = fills.filter((f, i) => i === 0 || f.at > (fills[i - 1] as DemoFill).at);
  const distances = distancesOf(sorted.map((f, i) => ({ id: String(i), at: f.at, odometer_km: f.odometer_km, trip_km: null, fuel_l: f.quantity, energy_kwh: null, full: f.full, missed: f.missed, held: f.held })));
  return sorted.map((f, i) => {
    const distance = distances[i] ?? null;
    return { ...f, distance, efficiency: distance ? rounded((f.quantity / distance) * 100, 3) : null };
  });
}

function again(fill: DemoFill, change: Partial<DemoFill>): DemoFill {
  Object.assign(fill, change, { odd: true });
  fill.total = totalMinor(fill.quantity, fill.price, 2);
  return fill;
}

const thirst = (tank: number, fuel: string): number => (fuel === 'hybrid' ? 4.4 : tank < 30 ? 5 : tank < 45 ? 6 : tank < 60 ? 7.1 : tank < 80 ? 10.2 : 17.5);

/** Drivers fill up while they have the vehicle: the nearest shift takes it, if one is near. */
function inShift(dice: Dice, wish: Date, spans: readonly DriverSpan[], earliest: number): Date {
  const apart = (s: DriverSpan): number => Math.abs(s.from.getTime() - wish.getTime());
  const [nearest] = [...spans].filter((s) => s.to !== null && s.from.getTime() > earliest).sort((a, b) => apart(a) - apart(b));
  if (!nearest?.to || apart(nearest) > dayMs) return new Date(Math.max(wish.getTime(), earliest));
  return new Date(nearest.from.getTime() + (nearest.to.getTime() - nearest.from.getTime()) * (0.1 + dice.next() * 0.8));
}
