import { expect, it } from "vitest";
import { addDays, dateAt, isDate, mondayOf, startOf } from "./site-time";

it("dates are calculated without a time zone", () => {
  expect(addDays("2026-03-29", 1)).toBe("2026-03-30");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  expect(mondayOf("2026-11-22")).toBe("2026-11-16");
  expect(mondayOf("2026-11-16")).toBe("2026-11-16");
  expect([isDate("2026-02-30"), isDate("22.11.2026"), isDate("2026-02-28")]).toEqual([false, false, true]);
});

it("a day begins when the site's clocks say so, also on days of 23 and 25 hours", () => {
  const hours = (date: string, zone: string) =>
    (startOf(addDays(date, 1), zone) - startOf(date, zone)) / 3_600_000;
  expect(new Date(startOf("2026-11-23", "Europe/Berlin")).toISOString()).toBe("2026-11-22T23:00:00.000Z");
  expect(hours("2026-03-29", "Europe/Berlin")).toBe(23);
  expect(hours("2026-10-25", "Europe/Berlin")).toBe(25);
  expect(hours("2026-04-05", "Australia/Lord_Howe")).toBe(24.5);
  expect(new Date(startOf("2026-11-23", "Asia/Kolkata", "04:00")).toISOString()).toBe(
    "2026-11-22T22:30:00.000Z",
  );
});

it("night work belongs to the day on which it began", () => {
  const time = Date.parse("2026-11-24T02:30:00Z");
  expect(dateAt(time, "Europe/Berlin")).toBe("2026-11-24");
  expect(dateAt(time, "Europe/Berlin", "04:00")).toBe("2026-11-23");
  expect(dateAt(time, "America/Los_Angeles")).toBe("2026-11-23");
});
