// Formats times and numbers for the viewer's time zone, in the language of the page.
import { locale } from "@/texts";

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const cache = new Map<string, Intl.DateTimeFormat>();
function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let known = cache.get(key);
  if (!known) cache.set(key, (known = new Intl.DateTimeFormat(locale(), options)));
  return known;
}

type Time = string | number | Date;
export const dateTime = (time: Time) =>
  formatter({ dateStyle: "medium", timeStyle: "medium" }).format(new Date(time));
export const dateTimeShort = (time: Time) =>
  formatter({ dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
export const timeOfDay = (time: Time) => formatter({ timeStyle: "medium" }).format(new Date(time));
/** In the viewer's time zone, or in `timeZone`. */
export const hourMinute = (time: Time, timeZone?: string) =>
  formatter({ hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(time));
export const dateOnly = (time: Time) => formatter({ dateStyle: "medium" }).format(new Date(time));
export const dayName = (time: Time, timeZone?: string) =>
  formatter({ weekday: "short", day: "numeric", month: "short", timeZone }).format(new Date(time));
export const dayMonth = (time: Time) => formatter({ day: "numeric", month: "short" }).format(new Date(time));

export function ago(time: Time, now: number): string {
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const seconds = (new Date(time).getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(Math.round(seconds), "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86400), "day");
}

/** A cosine, or another number from 0 to 1. */
export const score = (value: number | null | undefined, missing: string) =>
  value === null || value === undefined ? missing : value.toFixed(3);

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}

export function bytes(count: number): string {
  if (count < 1e6) return `${(count / 1e3).toFixed(0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

/** Local midnight, `days` days after that of `date`. Handles days of 23 and 25 hours. */
export function startOfDay(date: Date, days = 0): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

/** The local date as "2026-11-22", the format of date inputs. */
export function dayValue(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local midnight of "2026-11-22"; undefined if `value` is not a date. */
export function parseDay(value: string): Date | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!parts) return undefined;
  const date = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export const initials = (name: string): string => {
  const words = name.trim().split(/\s+/);
  const first = words[0] ?? "";
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return ([...first][0] ?? "?").toUpperCase() + ([...last][0] ?? "").toUpperCase();
};
