import type { Sample } from '../sample';

export type ParamValue = string | number | boolean;
type Field = Exclude<keyof Sample, 'extras' | 'at_ms'>;
type Reading = ParamValue | string[] | undefined;

interface Meaning {
  field: Field;
  /** Lower case, best source first: the vehicle's own bus before a tracker's guess. */
  names: string[];
  read(value: ParamValue): Reading;
}

/** What trackers call the things we know. Names that differ in unit from maker to maker are left out and stay extras. */
const meanings: Meaning[] = [
  { field: 'ignition', names: ['ign', 'ignition', 'can_ign', 'acc'], read: flag },
  { field: 'rpm', names: ['can_rpm', 'rpm', 'engine_rpm'], read: within(0, 20_000) },
  // A tracker that does not know its counters says 0; more than this is metres or bus counts, not kilometres.
  { field: 'odometer_km', names: ['can_odo', 'can_odometer', 'odo', 'odometer', 'mileage'], read: within(0.001, 5_000_000) },
  { field: 'fuel_level_l', names: ['can_fuel', 'can_fls', 'fuel', 'fuel_l', 'fuel_level_l'], read: within(0, 10_000) },
  { field: 'fuel_level_pct', names: ['can_fuel_pct', 'fuel_pct', 'fuel_level_pct'], read: within(0, 100) },
  { field: 'fuel_rate_lph', names: ['can_fuel_rate', 'fuel_rate', 'fuel_rate_lph'], read: within(0, 2_000) },
  { field: 'engine_hours', names: ['can_engine_hours', 'engine_hours', 'eng_hours'], read: within(0.001, 1_000_000) },
  { field: 'engine_load_pct', names: ['can_engine_load', 'engine_load', 'engine_load_pct'], read: within(0, 125) },
  { field: 'coolant_c', names: ['can_coolant', 'coolant', 'coolant_c', 'coolant_temp'], read: within(-60, 250) },
  { field: 'voltage_v', names: ['pwr_ext', 'power', 'voltage_v'], read: within(0, 1_000) },
  { field: 'dtcs', names: ['dtc', 'dtcs', 'can_dtc'], read: (value) => troubleCodes(value) },
  { field: 'driver_key', names: ['avl_driver', 'driver_key'], read: driverKey },
  { field: 'inputs', names: ['avl_inputs'], read: mask },
  { field: 'outputs', names: ['avl_outputs'], read: mask },
  { field: 'valid', names: ['valid_nav'], read: flag },
];

/** Extras that are worth one spelling. */
const renamed = new Map<string, [name: string, read: (value: ParamValue) => ParamValue | undefined]>([
  ['sos', ['sos', (value) => flag(value) as boolean | undefined]],
  ['bat', ['battery_pct', (value) => within(0, 100)(value) as number | undefined]],
]);

const byName = new Map<string, { slot: number; rank: number; meaning: Meaning }>();
meanings.forEach((meaning, slot) => meaning.names.forEach((name, rank) => byName.set(name, { slot, rank, meaning })));

export type Param = readonly [name: string, value: ParamValue];

/** Puts named values where they belong: into the field they mean, all others into extras. The better source of two wins. */
export function applyParams(sample: Sample, params: readonly Param[]): void {
  const ranks: (number | undefined)[] = [];
  const losers: Param[] = [];
  const winners: (Param | undefined)[] = [];
  const fields = sample as unknown as Record<Field, Reading>;
  for (const param of params) {
    const known = byName.get(param[0].toLowerCase());
    const reading = known?.meaning.read(param[1]);
    if (!known || reading === undefined) {
      losers.push(param);
      continue;
    }
    const { slot, rank } = known;
    const before = ranks[slot];
    if (before === undefined ? fields[known.meaning.field] !== undefined : before <= rank) {
      losers.push(param);
      continue;
    }
    const loser = winners[slot];
    if (loser) losers.push(loser);
    ranks[slot] = rank;
    winners[slot] = param;
    fields[known.meaning.field] = reading;
  }
  for (const param of losers) addExtra(sample, param[0], param[1]);
}

export function addExtra(sample: Sample, name: string, value: ParamValue): void {
  const other = renamed.get(name.toLowerCase());
  const reading = other?.[1](value);
  sample.extras ??= {};
  if (other && reading !== undefined) sample.extras[other[0]] = reading;
  else sample.extras[name] = value;
}

/** The way back, for whoever plays a device: fields under the names trackers use. Masks and driver have their own places. */
export function namedValues(sample: Sample): [string, string | number][] {
  const values: [string, ParamValue | undefined][] = [
    ['ign', sample.ignition],
    ['can_rpm', sample.rpm],
    ['can_odo', sample.odometer_km],
    ['can_fuel', sample.fuel_level_l],
    ['fuel_pct', sample.fuel_level_pct],
    ['fuel_rate', sample.fuel_rate_lph],
    ['engine_hours', sample.engine_hours],
    ['engine_load', sample.engine_load_pct],
    ['coolant', sample.coolant_c],
    ['pwr_ext', sample.voltage_v],
    ['dtc', sample.dtcs?.length ? sample.dtcs.join('/') : undefined],
    ['valid_nav', sample.valid],
  ];
  return values.flatMap(([name, value]): [string, string | number][] => (value === undefined ? [] : [[name, typeof value === 'boolean' ? Number(value) : value]]));
}

const numberForm = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

const powers = Array.from({ length: 16 }, (_, places) => 10 ** places);

/** A decimal number as devices write it, or undefined. Up to fifteen digits are counted by hand: both parts are exact then, and it takes a fifth of the time. */
export function decimal(text: string): number | undefined {
  const isNegative = text.charCodeAt(0) === 45;
  let whole = 0;
  let digits = 0;
  let dotAt = -1;
  for (let i = isNegative ? 1 : 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      whole = whole * 10 + (code - 48);
      digits += 1;
    } else if (code === 46 && dotAt < 0) dotAt = i;
    else return decimalOfAnyForm(text);
  }
  if (digits === 0 || digits > 15) return decimalOfAnyForm(text);
  const value = dotAt < 0 ? whole : whole / (powers[text.length - 1 - dotAt] as number);
  return isNegative ? -value : value;
}

function decimalOfAnyForm(text: string): number | undefined {
  return text.length <= 40 && numberForm.test(text) ? finite(Number(text)) : undefined;
}

function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

function asNumber(value: ParamValue): number | undefined {
  return typeof value === 'number' ? finite(value) : typeof value === 'string' ? decimal(value.trim()) : undefined;
}

function within(min: number, max: number): (value: ParamValue) => Reading {
  return (value) => {
    const number = asNumber(value);
    return number !== undefined && number >= min && number <= max ? number : undefined;
  };
}

function flag(value: ParamValue): Reading {
  if (typeof value === 'boolean') return value;
  const number = asNumber(value);
  if (number !== undefined) return number === 0 ? false : number === 1 ? true : undefined;
  const word = String(value).trim().toLowerCase();
  return word === 'true' || word === 'on' ? true : word === 'false' || word === 'off' ? false : undefined;
}

function mask(value: ParamValue): Reading {
  const number = asNumber(value);
  return number !== undefined && Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff ? number : undefined;
}

/** An absent key is reported as nothing, zeros or Fs. */
export function driverKey(value: ParamValue): string | undefined {
  const key = String(value).trim();
  return key === '' || key === 'NA' || /^(0+|[Ff]{12,})$/.test(key) ? undefined : key.slice(0, 64);
}

const codeForm = /^[PCBU][0-9A-F]{4,6}$/;

/** Codes like P0420, however they are listed; undefined when the text is something else. */
export function troubleCodes(value: ParamValue): string[] | undefined {
  if (typeof value !== 'string') return undefined;
  const codes = value.toUpperCase().split(/[\s,;/|]+/).filter((code) => code !== '');
  return codes.length <= 100 && codes.every((code) => codeForm.test(code)) ? codes : undefined;
}
