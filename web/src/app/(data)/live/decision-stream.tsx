"use client";
import { type Measured, measureOf } from "@/api/calibration";
import { useEvents } from "@/api/events";
import { useSightings } from "@/api/queries";
import type { Outcome } from "@/api/client";
import { texts } from "@/texts";
import { dateTimeShort, dayValue, score, timeOfDay } from "@/ui/format";
import { Notice, OutcomeBadge } from "@/ui/parts";

interface Item {
  id: string;
  outcome: Outcome;
  name: string | undefined;
  camera: string;
  captured: string;
  measured: Measured;
  fresh: boolean;
}

const NONE = {};
const MOST_SHOWN = 100;

/** Decisions received since the page was opened, newest first, followed by earlier ones from the server. */
function useItems(): { items: Item[]; loading: boolean } {
  const { decisions } = useEvents();
  const earlier = useSightings(NONE, undefined);
  const items = new Map<string, Item>();
  for (const { decision, camera_id: camera, captured_at: captured } of decisions)
    items.set(decision.event_id, {
      id: decision.event_id,
      outcome: decision.outcome,
      name: decision.person?.name,
      camera,
      captured,
      measured: decision,
      fresh: items.size === 0,
    });
  for (const sighting of earlier.data?.pages[0]?.items ?? [])
    if (!items.has(sighting.event_id))
      items.set(sighting.event_id, {
        id: sighting.event_id,
        outcome: sighting.outcome,
        name: sighting.person?.name,
        camera: sighting.camera_id,
        captured: sighting.captured_at,
        measured: sighting,
        fresh: false,
      });
  return { items: [...items.values()].slice(0, MOST_SHOWN), loading: earlier.isPending };
}

function Line({ item }: { item: Item }) {
  const { measured, captured } = item;
  const reached = measureOf(measured);
  const line = measured.threshold_source === "calibrated" ? texts.numbers.lineByScore : texts.numbers.line;
  const today = dayValue(new Date(captured)) === dayValue(new Date());
  return (
    <li className={item.fresh ? "fresh" : undefined}>
      <OutcomeBadge outcome={item.outcome} />
      <span className="who">{item.name ? <bdi>{item.name}</bdi> : texts.live.nobody}</span>
      <time className="soft small-text" dateTime={captured}>
        {today ? timeOfDay(captured) : dateTimeShort(captured)}
      </time>
      <span className="numbers">
        {item.camera} ·{" "}
        {reached === null ? texts.numbers.nobody : line(score(reached, ""), score(measured.threshold, ""))}
      </span>
    </li>
  );
}

export function DecisionStream() {
  const { lost } = useEvents();
  const { items, loading } = useItems();
  return (
    <section className="card stream" aria-label={texts.live.decisions}>
      <header>
        <h2>{texts.live.decisions}</h2>
      </header>
      {lost > 0 && (
        <div className="body">
          <Notice tone="warn">{texts.live.lost(lost)}</Notice>
        </div>
      )}
      {items.length === 0 ? (
        <p className="body soft">{loading ? texts.common.loading : texts.live.noDecisions}</p>
      ) : (
        <ol aria-live="polite" tabIndex={0} aria-label={texts.live.decisions}>
          {items.map((item) => (
            <Line key={item.id} item={item} />
          ))}
        </ol>
      )}
    </section>
  );
}
