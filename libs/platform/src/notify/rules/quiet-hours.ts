/** Hours in which nobody is disturbed, by the wall clock of the account: `22:00` to `06:30`. */
export interface QuietHours {
  from: string;
  to: string;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** When quiet hours that hold at this moment end; undefined when none do. */
export function quietUntil(at: Date, quiet: QuietHours, zone: string): Date | undefined {
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const local = localMs(at, zone);
  const midnight = Math.floor(local / dayMs) * dayMs;
  const now = Math.floor((local - midnight) / minuteMs);
  if (from === to) return undefined;
  const overMidnight = from > to;
  const isQuiet = overMidnight ? now >= from || now < to : now >= from && now < to;
  if (!isQuiet) return undefined;
  const endDay = overMidnight && now >= from ? midnight + dayMs : midnight;
  const end = instantOf(endDay + to * minuteMs, zone);
  // In the hour that a clock going back repeats, the end may already lie behind: then it is no longer night.
  return end.getTime() > at.getTime() ? end : undefined;
}

/** Two spans may cover the whole day between them; after so many steps it goes out all the same. */
const mostSteps = 4;

/** The first moment at which none of these is quiet; at the latest after two days. */
export function quietOver(at: Date, all: readonly QuietHours[], zone: string): Date {
  let moment = at;
  for (let step = 0; step < mostSteps; step += 1) {
    const end = all.map((quiet) => quietUntil(moment, quiet, zone)).find((until) => until !== undefined);
    if (!end) return moment;
    moment = end;
  }
  return moment;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock shows, as if it were UTC. */
function localMs(at: Date, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map((p) => [p.type, Number(p.value)]));
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
}

/** The first moment at which the wall clock shows this or has jumped past it. */
function instantOf(wall: number, zone: string): Date {
  const offsets = [wall - dayMs, wall + dayMs].map((guess) => localMs(new Date(guess), zone) - guess);
  const moments = [...new Set(offsets)].map((offset) => wall - offset).sort((a, b) => a - b);
  const exact = moments.find((moment) => localMs(new Date(moment), zone) === wall);
  if (exact !== undefined) return new Date(exact);
  // Skipped by a clock going forward: the jump lies between the two guesses, and before it is night.
  let [before = 0, after = 0] = [moments[0], moments.at(-1)];
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (localMs(new Date(middle), zone) < wall) before = middle;
    else after = middle;
  }
  return new Date(after);
}
