import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/me';
import type { Field, Values } from '../../kit/form/fields';
import { useOptions } from '../../kit/options';
import type { Vehicle } from '../vehicles/words';
import { grades, paymentMethods } from './fill-up-values';
import { fuelTypes, type FillUp } from './words';

/** What a vehicle is usually filled with, and how that is measured here. */
export function usualOf(vehicle: Vehicle): Values {
  const fuel_type = vehicle.fuel_type === 'hybrid' ? 'gasoline' : vehicle.fuel_type;
  return { fuel_type, unit_of_measure: fuel_type === 'electric' ? 'kwh' : vehicle.fuel_unit, distance_unit: vehicle.odometer_unit };
}

/** A meter counts kilowatt-hours and a pump does not: the unit follows when the fuel was changed last. */
export const unitThatFits = (values: Values, vehicle: Vehicle): string => (values['fuel_type'] === 'electric' ? 'kwh' : values['unit_of_measure'] === 'kwh' ? vehicle.fuel_unit : String(values['unit_of_measure']));

/** The fields of a fill-up follow what was chosen: grades of the fuel, its units, and what quantity and price come to. */
export function useFillUpFields(values: Values, vehicle: Vehicle | undefined, mismatch: boolean): Field[] {
  const { t } = useTranslation();
  const format = useFormat();
  const fuel = (values['fuel_type'] ?? 'gasoline') as FillUp['fuel_type'];
  const unit = String(values['unit_of_measure'] ?? 'l');
  const currency = String(values['currency'] ?? format.habits.currency);
  const units = useOptions('fuel:quantity_unit', fuel === 'electric' ? ['kwh'] : ['l', 'gal_us', 'gal_imp']);
  const fuelOptions = useOptions('vehicles:fuel', fuelTypes);
  const payments = useOptions('fuel:payment', paymentMethods);
  const label = (name: string): string => t(`fuel:field.${name}`);
  const { fuel_quantity, cost_per_unit } = values;
  const computed = typeof fuel_quantity === 'number' && typeof cost_per_unit === 'number' && /^[A-Z]{3}$/.test(currency) ? new Intl.NumberFormat(format.habits.locale, { style: 'currency', currency }).format(fuel_quantity * cost_per_unit) : undefined;
  return [
    { name: 'fuel_date', label: label('fuel_date'), kind: 'datetime', required: true },
    { name: 'fuel_type', label: t('vehicles:field.fuel_type'), kind: 'select', options: fuelOptions, required: true },
    ...(mismatch ? [{ name: 'confirm', label: t('fuel:confirm_type'), kind: 'flag' as const, wide: true }] : []),
    { name: 'fuel_quantity', label: label('fuel_quantity'), kind: 'number', places: 3, min: 0, required: true, ...(vehicle?.tank_capacity_l && unit !== 'kwh' ? { help: t('fuel:tank_holds', { amount: format.fuel(vehicle.tank_capacity_l) }) } : {}) },
    { name: 'unit_of_measure', label: label('unit_of_measure'), kind: 'select', options: units, required: true },
    { name: 'odometer_reading', label: t('vehicles:field.odometer'), kind: 'number', places: 1, min: 0, ...(vehicle?.odometer_km ? { help: t('fuel:last_known', { distance: format.distance(vehicle.odometer_km) }) } : {}) },
    { name: 'trip_distance', label: label('trip_distance'), kind: 'number', places: 1, min: 0, help: t('fuel:trip_distance_help') },
    { name: 'distance_unit', label: label('distance_unit'), kind: 'select', options: useOptions('fuel:distance_unit', ['km', 'mi']), required: true },
    { name: 'tank', label: label('is_full_tank'), kind: 'select', options: useOptions('fuel:tank', ['full', 'partial']), required: true },
    { name: 'missed_previous', label: label('missed_previous'), kind: 'flag', wide: true },
    { name: 'cost_per_unit', label: label('cost_per_unit'), kind: 'number', places: 4, min: 0, ...(computed ? { help: t('fuel:comes_to', { amount: computed }) } : {}) },
    { name: 'total_cost_minor', label: label('total'), kind: 'number', places: 2, min: 0, unit: currency, help: t('fuel:total_help') },
    ...(grades[fuel].length > 0 ? [{ name: 'fuel_grade', label: label('fuel_grade'), kind: 'select' as const, options: grades[fuel].map((value) => ({ value, label: value })) }] : []),
    { name: 'currency', label: label('currency'), required: true },
    { name: 'fuel_station', label: label('fuel_station') },
    { name: 'payment_method', label: label('payment_method'), kind: 'select', options: payments },
    { name: 'receipt_reference', label: label('receipt_reference') },
    { name: 'filled_by', label: label('filled_by') },
    { name: 'notes', label: label('notes'), kind: 'textarea', wide: true },
  ];
}
