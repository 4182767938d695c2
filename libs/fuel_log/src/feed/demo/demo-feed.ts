import type { Dice } from '@fleet/platform/random';
import type { KnownVehicle } from '@fleet/transport_registry';

type Said = Record<string, unknown>;

const dayMs = 86_400_000;
const two = (n: number): string => String(n).padStart(2, '0');
const swahiliMonths = ['Januari', 'Februari', 'Machi', 'Aprili', 'Mei', 'Juni', 'Julai', 'Agosti', 'Septemba', 'Oktoba', 'Novemba', 'Desemba'];

/** Ways people write the same thing in a chat; the first of each is tidy. */
const platesAs = [(p: string) => p, (p: string) => p.replace(' ', ''), (p: string) => p.toLowerCase(), (p: string) => p.replace(' ', '-'), (p: string) => `${p} `];
const litresAs = [(n: number) => n, (n: number) => `${n}l`, (n: number) => `${n} ltrs`, (n: number) => String(n).replace('.', ','), (n: number) => `lita ${n}`];
const amountsAs = [(n: number) => n, (n: number) => `KES ${n.toLocaleString('en')}`, (n: number) => `Ksh${n}/=`, (n: number) => `${n.toLocaleString('en')}/-`];
const odometersAs = [(n: number) => n, (n: number) => `${n.toLocaleString('en')} km`, (n: number) => `${n}KM`, (n: number) => n.toLocaleString('de')];
const datesAs = [
  (d: Date) => d.toISOString(),
  (d: Date) => `${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`,
  (d: Date) => `${d.getUTCDate()} ${swahiliMonths[d.getUTCMonth()] ?? ''} ${d.getUTCFullYear()}`,
];
const fuelsAs: Record<string, string[]> = { gasoline: ['petrol', 'Petrol', 'super', 'PETROLI', 'unleaded'], diesel: ['diesel', 'DISIEL', 'Dizeli', 'deisel', 'AGO'] };
const departmentsAs: Record<string, string[]> = { Taxi: ['Taxi', 'TAXI', 'taxi '], Shuttle: ['Shuttle', 'shuttle.'], Logistics: ['Logistics', 'LOGISTICS DEPT', 'logistcs', 'usafirishaji'] };
const drivers = ['Demo Driver Achieng', 'Demo Driver Baraka', 'Demo Driver Chebet', 'Demo Driver Daudi'];
const stations = ['Demo Energy Westlands', 'Demo Petro Mombasa Road', 'Demo Fuels Thika Road'];

interface DemoFeed {
  metadata: { exported_at: string; record_count: number };
  records: Said[];
}

/** Three weeks of messages about a dozen vehicles: most of them untidy but plain, a few that a person must look at. */
export function demoFeed(dice: Dice, vehicles: readonly KnownVehicle[], now: Date): DemoFeed {
  const records: Said[] = [];
  const fuelled = vehicles.filter((v) => v.fuel_type in fuelsAs && v.tank_capacity_l !== null);
  for (const vehicle of fuelled.slice(-12)) {
    let odometer = Math.round(Number(vehicle.odometer_km ?? 50_000)) - 3_000;
    for (let daysAgo = 21; daysAgo > 1; daysAgo -= dice.between(3, 6)) {
      odometer += dice.between(180, 520);
      records.push(message(dice, vehicle, records.length, odometer, new Date(now.getTime() - daysAgo * dayMs - dice.between(0, 36_000_000))));
    }
  }
  doubtful(records, now);
  return { metadata: { exported_at: now.toISOString(), record_count: records.length }, records };
}

function message(dice: Dice, vehicle: KnownVehicle, serial: number, odometer: number, at: Date): Said {
  const tank = Number(vehicle.tank_capacity_l);
  const litres = Math.round(tank * dice.between(45, 90)) / 100;
  const amount = Math.round(litres * (vehicle.fuel_type === 'diesel' ? 171 : 184));
  const fuel = dice.pick(fuelsAs[vehicle.fuel_type] ?? ['petrol']);
  const department = dice.pick(departmentsAs[vehicle.department ?? ''] ?? ['Taxi']);
  const said = {
    id: `wa-${1000 + serial}`,
    car: dice.pick(platesAs)(vehicle.plate),
    litres: dice.pick(litresAs)(litres),
    amount: dice.pick(amountsAs)(amount),
    odometer: dice.pick(odometersAs)(odometer),
    fuel_type: fuel,
    department,
    driver: dice.pick(drivers),
    station: dice.pick(stations),
    fuel_date: dice.pick(datesAs)(at),
    updated_at: at.toISOString(),
  };
  return { ...said, message: `Fuel update: ${said.car} ${said.litres} ${fuel} ${said.amount} odo ${said.odometer} ${department}` };
}

/** One of each kind that a machine should not settle alone. */
function doubtful(records: Said[], now: Date): void {
  const change = (n: number, more: Said): void => void Object.assign(records[n] ?? {}, more, { message: `Fuel update: ${JSON.stringify(more)}` });
  change(3, { car: 'KXX 000Z' });
  change(7, { fuel_type: 'dsiel' });
  change(11, { department: 'Logstiks', fuel_type: 'v-max' });
  change(15, { litres: '48,250 km' });
  change(19, { litres: 480 });
  change(23, { odometer: 7 });
  change(27, { fuel_date: 'juzi asubuhi' });
  change(31, { amount: 'USD 45' });
  records.push({ ...records[5], id: 'wa-1900' }, { ...records[9], id: 'wa-1901', deleted_at: now.toISOString() });
}
