import { boundsOfDay } from '../zoned';
import type { Filter } from './types';

const isDay = /^\d{4}-\d\d-\d\d$/;

/** What the server is asked: days that somebody typed become moments on the account's clock. */
export function momentsOf(filters: readonly Filter[], asked: Readonly<Record<string, string>>, timeZone: string): Record<string, string> {
  const days = filters.filter((filter) => filter.day && isDay.test(asked[filter.name] ?? ''));
  return { ...asked, ...Object.fromEntries(days.map(({ name, day }) => [name, boundsOfDay(asked[name] ?? '', timeZone)[day === 'begins' ? 'from' : 'to']])) };
}
