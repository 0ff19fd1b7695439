// Days of the site: calendar dates such as "2026-11-23" in its time zone, which may begin at another hour than midnight.

const parts = (date: string): [number, number, number] | undefined => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
};

/** Midnight of the date in UTC, for arithmetic with dates; NaN if it is not a date. */
export function utcOf(date: string): number {
  const found = parts(date);
  if (!found) return NaN;
  const [year, month, day] = found;
  const time = Date.UTC(year, month - 1, day);
  return dateOfUtc(time) === date ? time : NaN;
}

const dateOfUtc = (time: number) => new Date(time).toISOString().slice(0, 10);
const DAY = 86_400_000;

export const isDate = (date: string): boolean => !Number.isNaN(utcOf(date));
export const addDays = (date: string, days: number): string => dateOfUtc(utcOf(date) + days * DAY);
export const mondayOf = (date: string): string =>
  addDays(date, -((new Date(utcOf(date)).getUTCDay() + 6) % 7));

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks in `zone` show, as if it were UTC. */
function wallTime(time: number, zone: string): number {
  let clock = clocks.get(zone);
  if (!clock) {
    const numeric = "2-digit";
    clock = new Intl.DateTimeFormat("en-u-ca-iso8601-hc-h23", {
      timeZone: zone,
      year: "numeric",
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    clocks.set(zone, clock);
  }
  const shown = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (time % 1000);
}

const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
};

/** The instant at which the site's day begins. Where the clocks skip that hour, the hour that they show instead. */
export function startOf(date: string, zone: string, dayStartsAt = "00:00"): number {
  const wanted = utcOf(date) + minutesOf(dayStartsAt) * 60_000;
  const first = wanted - (wallTime(wanted, zone) - wanted);
  return wanted - (wallTime(first, zone) - first);
}

/** The site's date at an instant. */
export function dateAt(time: number, zone: string, dayStartsAt = "00:00"): string {
  return dateOfUtc(wallTime(time, zone) - minutesOf(dayStartsAt) * 60_000);
}
