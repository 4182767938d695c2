import type { Format } from '../../kit/format';
import type { Value } from '../../kit/form/fields';

const kmPerMile = 1.609344;

/** An odometer as its dashboard shows it, in kilometres with the one decimal the server takes. */
export const kmOf = (shown: number, format: Format): number => Math.round(shown * (format.habits.distanceUnit === 'mi' ? kmPerMile : 1) * 10) / 10;
export const shownOf = (km: number, format: Format): number => Math.round((km / (format.habits.distanceUnit === 'mi' ? kmPerMile : 1)) * 10) / 10;

const digitsOf = (currency: string): number => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
export const minorOf = (amount: number, currency: string): number => Math.round(amount * 10 ** digitsOf(currency));
export const majorOf = (minor: number, currency: string): number => minor / 10 ** digitsOf(currency);

export const quantityUnit = (unit: string): string => ({ l: 'l', gal_us: 'gal', gal_imp: 'imp gal', kwh: 'kWh' })[unit] ?? unit;

export const textOf = (value: Value | undefined): string => (typeof value === 'string' ? value.trim() : '');
export const numberOf = (value: Value | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

/** Plates as people write them: spaces, dashes and small letters make no other vehicle. */
export const samePlate = (one: string, other: string): boolean => one.replace(/[\s-]/g, '').toUpperCase() === other.replace(/[\s-]/g, '').toUpperCase();
