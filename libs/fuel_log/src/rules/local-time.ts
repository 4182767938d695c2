const shape = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A moment as tables write it. With an offset it is what it says; without one it is the wall clock of that zone, and a bare
 * day is its noon, which is that day wherever it is looked at. Undefined for what is no date.
 */
export function localMoment(text: string, timeZone: string): Date | undefined {
  const found = shape.exec(text.trim());
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second, offset] = found;
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 12), Number(minute ?? 0), Number(second ?? 0));
  const shown = new Date(wall);
  if (shown.getUTCMonth() !== Number(month) - 1 || shown.getUTCDate() !== Number(day) || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
  if (offset) return new Date(wall - offsetMs(offset));
  // Twice, because the offset is the one of the moment sought, not of the guess.
  const guess = wall - zoneMs(wall, timeZone);
  return new Date(wall - zoneMs(guess, timeZone));
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** How far the zone's wall clock is ahead of UTC at that moment. */
function zoneMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(new Date(at));
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000;
}
