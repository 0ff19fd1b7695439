import { expect, it } from "vitest";
import type { Day } from "@/api/days";
import { byPerson, coverageByDate } from "./days";

const day = (id: string, date: string, first: string | null = null): Day => ({
  person: { id, code: id, name: id },
  date,
  first_at: first,
  last_seen_at: first,
  records: first ? 1 : 0,
  sightings: first ? 1 : 0,
  coverage: date === "2026-11-23" ? 0.5 : null,
});

it("everyone has a row, also those without a record", () => {
  const days = [
    day("a", "2026-11-23", "2026-11-23T07:02:00Z"),
    day("a", "2026-11-24"),
    day("b", "2026-11-23"),
  ];
  const people = byPerson(days, false);
  expect(people.map(({ person }) => person.id)).toEqual(["a", "b"]);
  expect(people[0]!.days.get("2026-11-23")?.first_at).toBe("2026-11-23T07:02:00Z");
  expect(people[1]!.days.get("2026-11-24")).toBeUndefined();
});

it("a person whose days are on two pages waits for the second", () => {
  const first = [day("a", "2026-11-23"), day("a", "2026-11-24"), day("b", "2026-11-23")];
  expect(byPerson(first, true).map(({ person }) => person.id)).toEqual(["a"]);
  const people = byPerson([...first, day("b", "2026-11-24")], false);
  expect(people[1]!.days.size).toBe(2);
});

it("a day's coverage is the same for everybody", () => {
  expect([...coverageByDate([day("a", "2026-11-23"), day("b", "2026-11-24")])]).toEqual([
    ["2026-11-23", 0.5],
    ["2026-11-24", null],
  ]);
});
