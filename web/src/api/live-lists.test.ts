import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { Schemas } from "./client";
import { matches, recordOf, showDecision, sightingOf, withItem } from "./live-lists";
import { keys } from "./queries";

const event = (
  id: string,
  at: string,
  outcome: "marked" | "unknown" = "marked",
): Schemas["DecisionEvent"] => ({
  type: "decision",
  decision: {
    event_id: id,
    outcome,
    person: outcome === "marked" ? { id: "p1", code: "E-1", name: "Ada" } : null,
    similarity: 0.7,
    runner_up: 0.2,
    score: 0.5,
    threshold: 0.3,
    threshold_source: "calibrated",
    attendance_id: outcome === "marked" ? `record-${id}` : null,
    cooldown_until: null,
  },
  camera_id: "door",
  captured_at: at,
  received_at: at,
  liveness: null,
  weak_liveness: null,
  quality: 0.8,
});
const list = (...items: string[]) => ({
  pages: [{ items: items.map((at) => sightingOf(event(at, at))), next_cursor: "more" as string | null }],
  pageParams: [undefined],
});
const times = ({ pages }: ReturnType<typeof list>) =>
  pages.flatMap(({ items }) => items.map(({ captured_at: at }) => at));

it("a decision is listed at its own time, once", () => {
  const data = list("2026-11-28T09:00:00Z", "2026-11-28T07:00:00Z");
  const late = sightingOf(event("late", "2026-11-28T08:00:00Z"));
  const after = withItem(data, late);
  expect(times(after)).toEqual(["2026-11-28T09:00:00Z", "2026-11-28T08:00:00Z", "2026-11-28T07:00:00Z"]);
  expect(withItem(after, late)).toBe(after);
});

it("what is older than everything loaded comes with a later page", () => {
  const data = list("2026-11-28T09:00:00Z");
  const old = sightingOf(event("old", "2026-11-27T09:00:00Z"));
  expect(withItem(data, old)).toBe(data);
  data.pages[0]!.next_cursor = null;
  expect(times(withItem(data, old))).toHaveLength(2);
});

it("a filter is applied as the server does", () => {
  const record = recordOf(event("a", "2026-11-28T09:00:00Z"))!;
  expect(matches(record, { from: "2026-11-28T09:00:00Z", to: "2026-11-28T09:00:01Z" })).toBe(true);
  expect(matches(record, { to: "2026-11-28T09:00:00Z" })).toBe(false);
  expect(matches(record, { camera: "other" })).toBe(false);
  expect(matches(record, { person: "E-1" })).toBe(true);
  expect(matches(record, { person: "E" })).toBe(false);
});

it("only lists that are loaded and that it belongs to change", () => {
  const queries = new QueryClient();
  const all = [...keys.sightings, {}, undefined];
  const spoofs = [...keys.sightings, {}, "spoof"];
  const records = [...keys.attendance, { camera: "door" }];
  for (const key of [all, spoofs, records])
    queries.setQueryData(key, { pages: [{ items: [], next_cursor: null }], pageParams: [undefined] });
  showDecision(queries, event("a", "2026-11-28T09:00:00Z"));
  showDecision(queries, event("b", "2026-11-28T09:00:01Z", "unknown"));
  const count = (key: unknown[]) => times(queries.getQueryData(key) as ReturnType<typeof list>).length;
  expect([count(all), count(spoofs), count(records)]).toEqual([2, 0, 1]);
});
