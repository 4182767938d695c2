/** What people write into tables: amounts, days and times, in the spellings of several countries. */

/** Decimal places of a currency: 2 for most, 0 for yen, 3 for dinars. Undefined for what is no currency. */
export function currencyPlaces(currency: string): number | undefined {
  if (!/^[A-Z]{3}$/.test(currency)) return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
}

/**
 * 1,234.50 and 1.234,50 and 1 234,50 and 1234.5 in minor units. Of two kinds of marks the last is the decimal one; a single mark
 * before three digits groups thousands, unless the currency has three places. Undefined for no amount, and for one too fine.
 */
export function minorUnits(cell: string, places: number): number | undefined {
  const text = cell.replaceAll(/[\s\u00a0']/g, '').replace(/^[A-Za-z]{2,4}\.?|[A-Za-z]{2,4}$/g, '');
  const marks = text.match(/[.,]/g) ?? [];
  const cut = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  const tailDigits = text.length - cut - 1;
  const decimal = new Set(marks).size === 2 || (marks.length === 1 && (tailDigits !== 3 || places === 3));
  const [whole, fraction] = decimal ? [text.slice(0, cut), text.slice(cut + 1)] : [text, ''];
  const grouped = /^\d{1,3}(\.\d{3})+$|^\d{1,3}(,\d{3})+$|^\d+$/.test(whole);
  if (!grouped || !/^\d*$/.test(fraction) || fraction.replace(/0+$/, '').length > places) return undefined;
  const minor = Number(whole.replaceAll(/[.,]/g, '') + fraction.slice(0, places).padEnd(places, '0'));
  return Number.isSafeInteger(minor) ? minor : undefined;
}

export type DayOrder = 'dmy' | 'mdy';

export interface WrittenTime {
  /** `2026-01-31`. */
  day: string;
  /** `14:05:00`; null when only the day was written. */
  time: string | null;
  /** Present when the offset was written: no zone of anybody's is asked then. */
  instant: Date | null;
}

const iso = /^(\d{4})-(\d\d?)-(\d\d?)/;
const dotted = /^(\d\d?)[./-](\d\d?)[./-](\d{4}|\d\d)/;
const clock = /^[T,\s]*(\d\d?)[:.h](\d\d)(?:[:.](\d\d)(?:\.\d+)?)?\s*(am|pm)?\s*(Z|[+-]\d\d:?\d\d)?$/i;

/** A day, with or without a time of day. 13.02. is a day in February whatever the order; 03.02. is read as told. */
export function writtenTime(cell: string, order: DayOrder): WrittenTime | undefined {
  const text = cell.trim();
  const found = iso.exec(text) ?? dotted.exec(text);
  if (!found) return undefined;
  const day = dayOf(found, iso.test(text), order);
  const rest = text.slice(found[0].length).trim();
  if (!day) return undefined;
  if (rest === '' || rest === 'T') return { day, time: null, instant: null };
  const at = clock.exec(rest);
  const time = at && timeOf(at);
  if (!at || !time) return undefined;
  const instant = at[5] ? new Date(`${day}T${time}${at[5].replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase()}`) : null;
  return { day, time, instant };
}

function dayOf(found: RegExpExecArray, isIso: boolean, order: DayOrder): string | undefined {
  const [a, b, c] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const dayFirst = order === 'dmy' ? b <= 12 : a > 12;
  const [year, month, day] = isIso ? [a, b, c] : [c < 100 ? 2000 + c : c, dayFirst ? b : a, dayFirst ? a : b];
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : undefined;
}

function timeOf(at: RegExpExecArray): string | undefined {
  const half = at[4]?.toLowerCase();
  const hour = Number(at[1]);
  const hours = half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour;
  const [minutes, seconds] = [Number(at[2]), Number(at[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59 || (half && (hour < 1 || hour > 12))) return undefined;
  return [hours, minutes, seconds].map((n) => String(n).padStart(2, '0')).join(':');
}
