import { expect, it } from "vitest";
import { percent } from "@/texts";
import { csvOf } from "./files";
import { dayValue, initials, parseDay, startOfDay } from "./format";

it("a day's end is the next midnight, whatever the clocks do between", () => {
  const day = parseDay("2026-03-29")!;
  expect(dayValue(day)).toBe("2026-03-29");
  expect(dayValue(startOfDay(day, 1))).toBe("2026-03-30");
  expect(startOfDay(day, 1).getHours()).toBe(0);
});

it("what is no date is none", () => {
  expect(parseDay("")).toBeUndefined();
  expect(parseDay("22.11.2026")).toBeUndefined();
});

it("almost all is not all", () => {
  expect([percent(1), percent(0.9997), percent(0.5), percent(0)]).toEqual(["100%", "99%", "50%", "0%"]);
});

it("a spreadsheet does not run what a name says", () => {
  expect(csvOf([["=1+1", 'a "b"', "c,d"]])).toBe(`'=1+1,"a ""b""","c,d"\r\n`);
  expect(csvOf([["＝1", "＋1", "－1", "＠a", "1＝1"]])).toBe(`'＝1,'＋1,'－1,'＠a,1＝1\r\n`);
});

it("initials are of the first and the last name", () => {
  expect([initials("Ada King Lovelace"), initials("franck"), initials("")]).toEqual(["AL", "F", "?"]);
});
