import { invalid, type Refusal } from '@fleet/platform/http';
import type { KnownVehicle } from '@fleet/transport_registry';
import type { LocationData, PaymentMethod, Warning } from '../fill_ups/fill-up.entity';
import { fits, gradesOf, unitFits, type FuelType } from './fuel';
import { minorDigits, totalMinor, totalsDisagree } from './money';
import { litresPer, type DistanceUnit, type QuantityUnit } from './units';

/** A fill-up as somebody tells it, complete and not yet judged. */
export interface Said {
  fuel_date: Date;
  odometer_reading: number | null;
  trip_distance: number | null;
  distance_unit: DistanceUnit;
  fuel_type: FuelType;
  fuel_grade: string | null;
  fuel_quantity: number;
  unit_of_measure: QuantityUnit;
  cost_per_unit: number | null;
  /** Null when it is to be computed. */
  total_cost_minor: number | null;
  currency: string;
  is_full_tank: boolean;
  missed_previous: boolean;
  fuel_station: string | null;
  location_data: LocationData | null;
  payment_method: PaymentMethod | null;
  receipt_reference: string | null;
  filled_by: string | null;
  notes: string | null;
}

export interface Priced {
  total_cost_minor: number | null;
  total_given: boolean;
  warnings: Warning[];
}

/** Clocks of phones differ a little from ours. */
const skewMs = 60_000;
/** Charging loses some of what the meter counts. */
const chargingLoss = 1.15;

const field = (name: string, code: string, detail: string): Refusal => invalid(code, detail, { errors: [{ field: name, code, detail }] });

/** What can be refused without looking at anything else. */
export function refuseImpossible(said: Said, now: Date): void {
  if (said.fuel_date.getTime() > now.getTime() + skewMs) throw field('fuel_date', 'FUEL_FUTURE_DATE', 'Fuel date cannot be in the future.');
  if (!(said.fuel_quantity > 0)) throw field('fuel_quantity', 'FUEL_INVALID_QUANTITY', 'Fuel quantity must be greater than zero.');
  if (said.odometer_reading === null && said.trip_distance === null) throw field('odometer_reading', 'FUEL_DISTANCE_REQUIRED', 'Give the odometer reading, or the distance driven since the last fill-up.');
  if (said.odometer_reading !== null && said.trip_distance !== null) throw field('trip_distance', 'FUEL_DISTANCE_AMBIGUOUS', 'Give the odometer reading or the distance driven, not both.');
  if (!unitFits(said.fuel_type, said.unit_of_measure)) {
    throw field('unit_of_measure', 'FUEL_UNIT_MISMATCH', said.fuel_type === 'electric' ? 'Electricity is measured in kwh.' : `${said.fuel_type} is measured in l, gal_us or gal_imp.`);
  }
  const grades = gradesOf(said.fuel_type);
  if (said.fuel_grade !== null && !grades.includes(said.fuel_grade)) {
    throw field('fuel_grade', 'FUEL_INVALID_GRADE', grades.length > 0 ? `Grades of ${said.fuel_type} are ${grades.join(', ')}.` : `${said.fuel_type} has no grades.`);
  }
  if (minorDigits(said.currency) === undefined) throw field('currency', 'FUEL_UNKNOWN_CURRENCY', `${said.currency} is no currency.`);
}

/** The total as given, or computed; a given one that does not fit is kept and told. */
export function priced(said: Said): Priced {
  const computed = said.cost_per_unit === null ? null : totalMinor(said.fuel_quantity, said.cost_per_unit, minorDigits(said.currency) ?? 2);
  if (said.total_cost_minor === null) return { total_cost_minor: computed || null, total_given: false, warnings: [] };
  const odd = computed !== null && totalsDisagree(said.total_cost_minor, computed);
  const detail = `Quantity times price is ${computed} minor units; the total given is ${said.total_cost_minor}. The given total was kept.`;
  return { total_cost_minor: said.total_cost_minor, total_given: true, warnings: odd ? [{ code: 'FUEL_TOTAL_INCONSISTENT', detail }] : [] };
}

export function mismatch(said: Pick<Said, 'fuel_type'>, vehicle: KnownVehicle): Warning | undefined {
  if (fits(vehicle.fuel_type, said.fuel_type)) return undefined;
  return { code: 'FUEL_TYPE_MISMATCH', detail: `The vehicle runs on ${vehicle.fuel_type}; ${said.fuel_type} was entered.` };
}

/** What the vehicle can hold at most, when that is known and less was to be expected. */
export function overfull(said: Pick<Said, 'fuel_quantity' | 'unit_of_measure'>, vehicle: KnownVehicle): { quantity: number; capacity: number; unit: 'l' | 'kwh' } | undefined {
  const electric = said.unit_of_measure === 'kwh';
  const unit = electric ? 'kwh' : 'l';
  const capacity = electric ? vehicle.battery_capacity_kwh : vehicle.tank_capacity_l;
  const quantity = said.unit_of_measure === 'kwh' ? said.fuel_quantity : said.fuel_quantity * litresPer[said.unit_of_measure];
  return capacity !== null && quantity > capacity * (electric ? chargingLoss : 1) ? { quantity, capacity, unit } : undefined;
}

export const overfullWarning = ({ quantity, capacity, unit }: { quantity: number; capacity: number; unit: string }): Warning => ({
  code: 'FUEL_TANK_EXCEEDED',
  detail: `${Math.round(quantity * 100) / 100} ${unit} were entered; the vehicle holds ${capacity} ${unit}. A manager looks at it before it counts.`,
});
