import type { Dice } from '@fleet/platform/random';
import { vinCheckDigitFits } from '../rules/vin';

export interface DemoVehicle {
  plate: string;
  vin: string;
  make: string;
  model: string;
  kind: 'car' | 'van' | 'truck';
  year: number;
  color: string;
  fuel_type: 'gasoline' | 'diesel' | 'electric' | 'hybrid';
  tank_capacity_l: number | null;
  battery_capacity_kwh: number | null;
  status: 'active' | 'idle' | 'in_repair' | 'onboarding' | 'retired';
  department: string;
  tags: string[];
  /** Kilometres on the dashboard today, and how many a day it drives. */
  odometer_km: number;
  kmPerDay: number;
  monthsInFleet: number;
  deviceId: string;
  insuranceDaysLeft: number;
  inspectionDaysLeft: number;
}

type Model = Pick<DemoVehicle, 'make' | 'model' | 'kind' | 'fuel_type' | 'tank_capacity_l' | 'battery_capacity_kwh'>;
const car = (make: string, model: string, tank: number, fuel_type: Model['fuel_type'] = 'gasoline', kind: Model['kind'] = 'car'): Model => ({ make, model, kind, fuel_type, tank_capacity_l: tank, battery_capacity_kwh: null });

const models: Model[] = [
  car('Toyota', 'Axio', 50),
  car('Toyota', 'Fielder', 50),
  car('Toyota', 'Probox', 50),
  car('Mazda', 'Demio', 41),
  car('Nissan', 'Note', 41),
  car('Suzuki', 'Alto', 27),
  car('Honda', 'Fit', 40, 'hybrid'),
  car('Toyota', 'HiAce', 70, 'diesel', 'van'),
  car('Isuzu', 'NQR', 100, 'diesel', 'truck'),
  { make: 'BYD', model: 'e2', kind: 'car', fuel_type: 'electric', tank_capacity_l: null, battery_capacity_kwh: 45.1 },
];

/** 60 vehicles: most at work, some in repair, idle, new or gone, some with papers about to run out. */
export function demoVehicles(dice: Dice): DemoVehicle[] {
  const plates = new Set<string>();
  return Array.from({ length: 60 }, (_, i) => {
    const model = dice.pick(models);
    const months = dice.between(2, 40);
    const kmPerDay = model.kind === 'car' ? dice.between(90, 260) : dice.between(60, 180);
    return {
      ...model,
      plate: freshPlate(dice, plates),
      vin: demoVin(dice),
      year: dice.between(2012, 2024),
      color: dice.pick(['white', 'silver', 'grey', 'blue', 'red', 'black']),
      status: statusOf(i),
      department: model.kind === 'truck' ? 'Logistics' : model.kind === 'van' ? 'Shuttle' : 'Taxi',
      tags: i % 9 === 0 ? ['night'] : i % 7 === 0 ? ['airport'] : [],
      kmPerDay,
      monthsInFleet: months,
      odometer_km: dice.between(8_000, 60_000) + kmPerDay * 26 * months,
      deviceId: `35300000${String(1_000_000 + i * 37).padStart(7, '0')}`,
      insuranceDaysLeft: i % 13 === 4 ? -dice.between(1, 20) : i % 8 === 2 ? dice.between(1, 28) : dice.between(45, 340),
      inspectionDaysLeft: i % 10 === 7 ? dice.between(2, 29) : dice.between(40, 360),
    };
  });
}

function statusOf(index: number): DemoVehicle['status'] {
  if (index === 59) return 'onboarding';
  if (index % 12 === 5) return 'in_repair';
  if (index % 13 === 7) return 'idle';
  if (index === 57 || index === 58) return 'retired';
  return 'active';
}

function freshPlate(dice: Dice, taken: Set<string>): string {
  for (;;) {
    const plate = `K${dice.letters(2, 'BCD')} ${dice.between(100, 999)}${dice.letters(1, 'ABCDEFGHJKLMNPQRSTUVWXYZ')}`;
    if (!taken.has(plate)) {
      taken.add(plate);
      return plate;
    }
  }
}

/** A VIN of no real maker (ZZZ) with a right check digit, so that demo data warns about nothing. */
function demoVin(dice: Dice): string {
  const body = `ZZZ${dice.letters(5, 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789')}`;
  const tail = `${dice.letters(2, 'ABCDEFGHJKLMNPRSTUVWXYZ')}${dice.between(100_000, 999_999)}`;
  const digit = [...'0123456789X'].find((d) => vinCheckDigitFits(`${body}${d}${tail}`)) ?? '0';
  return `${body}${digit}${tail}`;
}
