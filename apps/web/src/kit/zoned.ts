/** How far a zone is ahead of UTC at a moment. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(at / 1000) * 1000;
}

/** What somebody typed on the account's clock, as a moment. An hour that a change of clocks skips counts by the offset before it. */
export function momentOf(local: string, timeZone: string): string {
  const asUtc = Date.parse(`${local.length === 10 ? `${local}T00:00` : local}Z`);
  const guess = asUtc - offsetMs(asUtc, timeZone);
  return new Date(asUtc - offsetMs(guess, timeZone)).toISOString();
}

/** A moment on the account's clock, as an input of type datetime-local wants it. */
export const localOf = (moment: string | number | Date, timeZone: string): string => {
  const at = new Date(moment).getTime();
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 16);
};

export const dayOf = (moment: string | number | Date, timeZone: string): string => localOf(moment, timeZone).slice(0, 10);

/** Begin and end of a calendar day, which may have 23 or 25 hours. */
export function boundsOfDay(day: string, timeZone: string): { from: string; to: string } {
  const next = new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return { from: momentOf(day, timeZone), to: momentOf(next, timeZone) };
}
