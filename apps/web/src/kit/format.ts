/** How an account writes numbers: its time zone, currency and units. Pure, so that it is tested without a page. */
export interface Habits {
  locale: string;
  timeZone: string;
  currency: string;
  distanceUnit: 'km' | 'mi';
  fuelUnit: 'l' | 'gal_us' | 'gal_imp';
}

const kmPerMile = 1.609344;
const litresPer = { l: 1, gal_us: 3.785411784, gal_imp: 4.54609 };
const nothing = '–';

/** Plain numbers in the units of the account, for axes. */
export const speedIn = ({ distanceUnit }: Habits, kmh: number | null): number | null => (kmh === null || distanceUnit === 'km' ? kmh : kmh / kmPerMile);
export const fuelIn = ({ fuelUnit }: Habits, litres: number | null): number | null => (litres === null ? litres : litres / litresPer[fuelUnit]);
export const speedUnit = ({ distanceUnit }: Habits): string => (distanceUnit === 'km' ? 'km/h' : 'mph');
export const fuelUnitName = ({ fuelUnit }: Habits): string => (fuelUnit === 'l' ? 'l' : 'gal');

type Moment = string | number | Date | null | undefined;

export interface Format {
  habits: Habits;
  dateTime(at: Moment): string;
  time(at: Moment): string;
  day(on: Moment): string;
  relative(at: Moment, now: number): string;
  number(value: number | null | undefined, places?: number): string;
  distance(km: number | null | undefined, places?: number): string;
  speed(kmh: number | null | undefined): string;
  fuel(litres: number | null | undefined, places?: number): string;
  money(minor: number | null | undefined, currency?: string): string;
  duration(ms: number | null | undefined): string;
  bytes(size: number | null | undefined): string;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

export function formatFor(habits: Habits): Format {
  const { locale, timeZone } = habits;
  const dateTime = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const clock = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'short', day: '2-digit' });
  // A calendar day has no zone: shown in one, it may become the day before.
  const plainDay = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'short', day: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  // Making a formatter costs a hundred times what using it does.
  const made: Record<string, Intl.NumberFormat> = {};
  const inUnit = (name: string | undefined, places: number): Intl.NumberFormat => (made[`${name}${places}`] ??= new Intl.NumberFormat(locale, { ...(name && { style: 'unit', unit: name }), maximumFractionDigits: places }));
  const unit = (value: number | null | undefined, name: string | undefined, places = 0): string => (value == null ? nothing : inUnit(name, places).format(value));
  const number = (value: number | null | undefined, places = 0): string => unit(value, undefined, places);
  const show = (format: Intl.DateTimeFormat, at: Moment): string => (at == null || at === '' ? nothing : format.format(new Date(at)));
  const miles = habits.distanceUnit === 'mi';
  return {
    habits,
    dateTime: (at) => show(dateTime, at),
    time: (at) => show(clock, at),
    day: (on) => show(typeof on === 'string' && on.length === 10 ? plainDay : day, on),
    relative(at, now) {
      if (at == null || at === '') return nothing;
      const seconds = Math.round((new Date(at).getTime() - now) / 1000);
      const [name, size] = steps.find(([, s]) => Math.abs(seconds) >= s) ?? ['second', 1];
      return relative.format(Math.trunc(seconds / size), name);
    },
    number,
    distance: (km, places = 0) => unit(km == null ? km : miles ? km / kmPerMile : km, miles ? 'mile' : 'kilometer', places),
    speed: (kmh) => unit(kmh == null ? kmh : miles ? kmh / kmPerMile : kmh, miles ? 'mile-per-hour' : 'kilometer-per-hour'),
    fuel(litres, places = 1) {
      if (litres == null || habits.fuelUnit === 'l') return unit(litres, 'liter', places);
      const gallons = litres / litresPer[habits.fuelUnit];
      // Intl knows the American gallon alone.
      return habits.fuelUnit === 'gal_us' ? unit(gallons, 'gallon', places) : `${number(gallons, places)} imp gal`;
    },
    money(minor, currency = habits.currency) {
      if (minor == null) return nothing;
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
      return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    duration(ms) {
      if (ms == null) return nothing;
      const seconds = Math.round(ms / 1000);
      if (seconds < 60) return ms < 10_000 ? unit(ms / 1000, 'second', 1) : unit(seconds, 'second');
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return unit(minutes, 'minute');
      return minutes < 2880 ? `${unit(Math.floor(minutes / 60), 'hour')} ${unit(minutes % 60, 'minute')}` : unit(Math.floor(minutes / 1440), 'day');
    },
    bytes: (size) => (size == null ? nothing : size < 1_000_000 ? unit(size / 1000, 'kilobyte') : unit(size / 1_000_000, 'megabyte', 1)),
  };
}
