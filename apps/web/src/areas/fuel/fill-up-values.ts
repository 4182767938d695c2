import type { Schemas } from '../../api/client';
import type { Value, Values } from '../../kit/form/fields';
import { localOf, momentOf } from '../../kit/zoned';
import { majorOf, minorOf } from './units';

type FillUp = Schemas['FillUpView'];
export type Body = Schemas['RecordFillUpBody'];

export const grades: Record<FillUp['fuel_type'], readonly string[]> = { gasoline: ['87', '88', '89', '91', '93'], diesel: ['#1', '#2'], electric: [], lpg: [], cng: [] };
export const paymentMethods = ['cash', 'card', 'fuel_card', 'mobile_money', 'account', 'other'] as const;
export const fillNames = ['fuel_date', 'fuel_type', 'fuel_quantity', 'unit_of_measure', 'fuel_grade', 'cost_per_unit', 'total_cost_minor', 'currency', 'odometer_reading', 'trip_distance', 'distance_unit', 'tank', 'missed_previous', 'fuel_station', 'payment_method', 'receipt_reference', 'filled_by', 'notes'] as const;

const asNumber = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** A stored fill-up as its form shows it: on the account's clock, in whole money. */
export function valuesOf(fillUp: FillUp, zone: string): Values & { version: number } {
  const total = asNumber(fillUp.total_cost_minor);
  return {
    ...Object.fromEntries(fillNames.map((name) => [name, ((fillUp as unknown as Record<string, unknown>)[name] ?? null) as Value])),
    fuel_date: localOf(fillUp.fuel_date, zone),
    fuel_quantity: asNumber(fillUp.fuel_quantity),
    odometer_reading: asNumber(fillUp.odometer_reading),
    trip_distance: asNumber(fillUp.trip_distance),
    cost_per_unit: asNumber(fillUp.cost_per_unit),
    // A computed total is not shown as if somebody had said it: it follows quantity and price.
    total_cost_minor: fillUp.total_given && total !== null ? majorOf(total, fillUp.currency) : null,
    tank: fillUp.is_full_tank ? 'full' : 'partial',
    version: fillUp.version,
  };
}

/** What a form holds, as the server wants it; only the names that are there. */
export function bodyOf(values: Values, zone: string, currency: string): Record<string, unknown> {
  const { tank, total_cost_minor, fuel_date, ...rest } = values;
  return {
    ...rest,
    ...(fuel_date ? { fuel_date: momentOf(String(fuel_date), zone) } : {}),
    ...(total_cost_minor === undefined ? {} : { total_cost_minor: typeof total_cost_minor === 'number' ? minorOf(total_cost_minor, currency) : null }),
    ...(tank === undefined ? {} : { is_full_tank: tank === 'full' }),
  };
}

/** A correction: of reading and distance the one that was given takes the other's place, and neither can be emptied. */
export function amendmentOf(changes: Values, zone: string, currency: string): Record<string, unknown> {
  const body = bodyOf(changes, zone, currency);
  for (const name of ['odometer_reading', 'trip_distance']) if (body[name] === null) delete body[name];
  return body;
}
