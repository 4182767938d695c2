/** How many decimal places the currency has; undefined for what is no currency. */
export function minorDigits(currency: string): number | undefined {
  if (!known.has(currency)) return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
}

const known = new Set(Intl.supportedValuesOf('currency'));

const quantityPlaces = 3;
const pricePlaces = 4;

/** Quantity times price in minor units, exact to the last digit and rounded half up. */
export function totalMinor(quantity: number, costPerUnit: number, digits: number): number {
  const scaled = scaledBy(quantity, quantityPlaces) * scaledBy(costPerUnit, pricePlaces) * 10n ** BigInt(digits);
  const unit = 10n ** BigInt(quantityPlaces + pricePlaces);
  return Number((scaled + unit / 2n) / unit);
}

const scaledBy = (value: number, places: number): bigint => BigInt(Math.round(Number(`${value}e${places}`)));

/** Pumps and clerks round; more than half a percent and two minor units apart is worth a look. */
export const totalsDisagree = (given: number, computed: number): boolean => Math.abs(given - computed) > Math.max(2, computed * 0.005);
