import type { Dice } from '@fleet/platform/random';
import type { KnownVehicle } from '@fleet/transport_registry';

export interface DemoDriver {
  name: string;
  phone: string;
  email: string | null;
  birth_date: string;
  address: string;
  tags: string[];
  /** Where in its life the driver is; `expired` works no more because nobody renewed the licence. */
  part: 'day' | 'night' | 'spare' | 'expired' | 'suspended' | 'applicant' | 'left';
  vehicle: KnownVehicle | undefined;
  monthsHere: number;
  licenceDaysLeft: number;
  medicalDaysLeft: number | undefined;
}

/** Names that say that nobody is meant. */
const firstNames = ['One', 'Two', 'Three'];
const driversCount = 73;
const nightCrew = 13;

/** One driver by day for each vehicle in service, some by night, and a few of every other kind. */
export function demoDrivers(dice: Dice, vehicles: readonly KnownVehicle[]): DemoDriver[] {
  const dayCrew = Math.min(vehicles.length, driversCount - nightCrew - 12);
  return Array.from({ length: driversCount }, (_, i) => {
    const part = partOf(i, dayCrew);
    const serial = String(i + 1).padStart(2, '0');
    return {
      name: `Demo Driver ${firstNames[i] ?? serial}`,
      phone: `+254 700 000 0${serial}`,
      email: i < firstNames.length ? `driver${i + 1}@demo.example` : null,
      birth_date: `${dice.between(1965, 2002)}-0${dice.between(1, 9)}-1${dice.between(0, 9)}`,
      address: `Demo house ${i + 1}, Nairobi`,
      tags: part === 'night' ? ['night'] : i % 8 === 3 ? ['airport'] : [],
      part,
      vehicle: part === 'day' ? vehicles[i] : part === 'night' ? vehicles[i - dayCrew] : vehicles[i % Math.max(vehicles.length, 1)],
      monthsHere: dice.between(2, 30),
      licenceDaysLeft: part === 'expired' ? -dice.between(2, 40) : i % 9 === 4 ? dice.between(3, 28) : dice.between(90, 1200),
      medicalDaysLeft: i % 4 !== 1 ? undefined : i % 12 === 5 ? -dice.between(1, 15) : dice.between(20, 340),
    };
  });
}

function partOf(index: number, dayCrew: number): DemoDriver['part'] {
  if (index < dayCrew) return 'day';
  if (index < dayCrew + nightCrew) return 'night';
  const rest: DemoDriver['part'][] = ['expired', 'expired', 'suspended', 'suspended', 'applicant', 'applicant', 'applicant', 'left', 'left', 'left'];
  return rest[index - dayCrew - nightCrew] ?? 'spare';
}

export interface DemoShift {
  driverId: string;
  vehicleId: string;
  state: 'planned' | 'open' | 'closed';
  from: Date;
  to: Date | null;
  fuelStart: number;
  fuelEnd: number | null;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A month of work up to now, back from a shift that is going on; with rest between, one day in seven off, and a plan for tomorrow. */
export function demoShifts(dice: Dice, driver: { id: string; vehicle: KnownVehicle; part: 'day' | 'night'; onNow: boolean }, now: Date): DemoShift[] {
  const common = { driverId: driver.id, vehicleId: driver.vehicle.id };
  // Both crews of a vehicle count from the same hour: the night begins twelve and a half hours before the day.
  const dayBeganMinutesAgo = 45 + ((driver.vehicle.vehicle_no * 37) % 350);
  const startMinutesAgo = driver.part === 'day' ? dayBeganMinutesAgo : dayBeganMinutesAgo + 750;
  const dayOff = dice.between(1, 6);
  const shifts: DemoShift[] = [];
  for (let day = 30; day >= 0; day -= 1) {
    const from = new Date(now.getTime() - day * dayMs - (startMinutesAgo + (day === 0 ? 0 : dice.between(-20, 20))) * minuteMs);
    const to = new Date(from.getTime() + dice.between(430, driver.part === 'day' ? 620 : 540) * minuteMs);
    const fuelStart = dice.between(55, 98);
    if (day === 0 && driver.part === 'day') {
      if (driver.onNow) shifts.push({ ...common, state: 'open', from, to: null, fuelStart, fuelEnd: null });
    } else if (day % 7 !== dayOff) {
      shifts.push({ ...common, state: 'closed', from, to, fuelStart, fuelEnd: Math.max(5, fuelStart - dice.between(20, 50)) });
    }
  }
  if (driver.part === 'day' && dayOff !== 6) {
    const from = new Date(now.getTime() + dayMs - startMinutesAgo * minuteMs);
    shifts.push({ ...common, state: 'planned', from, to: new Date(from.getTime() + 540 * minuteMs), fuelStart: 0, fuelEnd: null });
  }
  return shifts;
}
