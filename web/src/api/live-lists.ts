// Puts a decision into the lists that are on the page, so that no list is fetched again because somebody walked past.
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { AttendanceRecord, Outcome, Schemas, SightingRecord } from "./client";
import { type AttendanceFilter, keys } from "./queries";

type DecisionEvent = Schemas["DecisionEvent"];

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** An event does not name the model. */
const NO_MODEL = "";
/** A caller that may hear events may read, and gets every number. */
const thresholdOf = ({ decision }: DecisionEvent): number => decision.threshold!;

export function sightingOf(event: DecisionEvent): SightingRecord {
  const { decision, camera_id, captured_at, received_at, liveness, weak_liveness, quality } = event;
  return {
    ...decision,
    threshold: thresholdOf(event),
    camera_id,
    captured_at,
    received_at,
    liveness,
    weak_liveness,
    quality,
    model: NO_MODEL,
  };
}

/** Undefined if the decision made no record. */
export function recordOf(event: DecisionEvent): AttendanceRecord | undefined {
  const { outcome, person, attendance_id: id, similarity, ...numbers } = event.decision;
  if (outcome !== "marked" || !person || !id || similarity === null) return undefined;
  const { camera_id, captured_at, received_at, liveness, weak_liveness, quality } = event;
  return {
    id,
    event_id: numbers.event_id,
    person,
    similarity,
    runner_up: numbers.runner_up,
    score: numbers.score,
    threshold: thresholdOf(event),
    threshold_source: numbers.threshold_source,
    camera_id,
    captured_at,
    received_at,
    liveness,
    weak_liveness,
    quality,
    model: NO_MODEL,
  };
}

interface Listed {
  captured_at: string;
  camera_id: string;
  person: Schemas["PersonRef"] | null;
}

/** Whether the server would list the item under this filter. `to` is the first instant after the range. */
export function matches(item: Listed, { from, to, camera, person }: AttendanceFilter): boolean {
  const at = Date.parse(item.captured_at);
  if (from !== undefined && at < Date.parse(from)) return false;
  if (to !== undefined && at >= Date.parse(to)) return false;
  if (camera !== undefined && item.camera_id !== camera) return false;
  return person === undefined || item.person?.code === person || item.person?.id === person;
}

/**
 * Lists are newest first. An item that is older than everything loaded comes with a later page, and one that is there already
 * is not added again.
 */
export function withItem<T extends Listed & { event_id: string }, P>(
  data: InfiniteData<Page<T>, P>,
  item: T,
): InfiniteData<Page<T>, P> {
  const at = Date.parse(item.captured_at);
  if (data.pages.some(({ items }) => items.some(({ event_id: id }) => id === item.event_id))) return data;
  let placed = false;
  const pages = data.pages.map((page, index) => {
    if (placed) return page;
    const before = page.items.findIndex((other) => Date.parse(other.captured_at) <= at);
    const isLast = index === data.pages.length - 1;
    if (before < 0 && !(isLast && page.next_cursor === null)) return page;
    placed = true;
    const place = before < 0 ? page.items.length : before;
    return { ...page, items: [...page.items.slice(0, place), item, ...page.items.slice(place)] };
  });
  return placed ? { ...data, pages } : data;
}

/** Adds the decision to every list that is loaded and whose filter it passes. */
export function showDecision(queries: QueryClient, event: DecisionEvent): void {
  const add = <T extends Listed & { event_id: string }>(
    kind: readonly string[],
    item: T,
    passes: (key: readonly unknown[]) => boolean,
  ) => {
    for (const query of queries.getQueryCache().findAll({ queryKey: kind }))
      if (passes(query.queryKey))
        queries.setQueryData<InfiniteData<Page<T>>>(query.queryKey, (data) => data && withItem(data, item));
  };
  const sighting = sightingOf(event);
  add(keys.sightings, sighting, ([, filter, outcome]) => {
    const wanted = outcome as Outcome | undefined;
    return (!wanted || wanted === sighting.outcome) && matches(sighting, filter as AttendanceFilter);
  });
  const record = recordOf(event);
  if (record) add(keys.attendance, record, ([, filter]) => matches(record, filter as AttendanceFilter));
}
