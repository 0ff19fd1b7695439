"use client";
import { measureOf } from "@/api/calibration";
import type { SightingRecord } from "@/api/client";
import { useEvents } from "@/api/events";
import { sightingOf } from "@/api/live-lists";
import { useSightings } from "@/api/queries";
import { texts } from "@/texts";
import { useOpened } from "@/ui/address";
import { dateTimeShort, dayValue, score, timeOfDay } from "@/ui/format";
import { Notice, OutcomeBadge } from "@/ui/parts";
import { DecisionDialog } from "../attendance/decision-dialog";

interface Item {
  sighting: SightingRecord;
  fresh: boolean;
}

const NONE = {};
const MOST_SHOWN = 100;

/** Decisions received since the page was opened, newest first, followed by earlier ones from the server. */
function useItems(): { items: Item[]; loading: boolean } {
  const { decisions } = useEvents();
  const earlier = useSightings(NONE, undefined);
  const items = new Map<string, Item>();
  for (const event of decisions)
    items.set(event.decision.event_id, { sighting: sightingOf(event), fresh: items.size === 0 });
  for (const sighting of earlier.data?.pages[0]?.items ?? [])
    if (!items.has(sighting.event_id)) items.set(sighting.event_id, { sighting, fresh: false });
  return { items: [...items.values()].slice(0, MOST_SHOWN), loading: earlier.isPending };
}

function Line({ item: { sighting, fresh }, onOpen }: { item: Item; onOpen: () => void }) {
  const { captured_at: captured, person } = sighting;
  const reached = measureOf(sighting);
  const line = sighting.threshold_source === "calibrated" ? texts.numbers.lineByScore : texts.numbers.line;
  const today = dayValue(new Date(captured)) === dayValue(new Date());
  return (
    <li className={fresh ? "fresh" : undefined}>
      <button type="button" className="line" onClick={onOpen}>
        <OutcomeBadge outcome={sighting.outcome} />
        <span className="who">{person ? <bdi>{person.name}</bdi> : texts.live.nobody}</span>
        <time className="soft small-text" dateTime={captured}>
          {today ? timeOfDay(captured) : dateTimeShort(captured)}
        </time>
        <span className="numbers">
          {sighting.camera_id} ·{" "}
          {reached === null ? texts.numbers.nobody : line(score(reached, ""), score(sighting.threshold, ""))}
        </span>
      </button>
    </li>
  );
}

export function DecisionStream() {
  const { lost } = useEvents();
  const { items, loading } = useItems();
  const { opened, open, close } = useOpened("event");
  const shown = items.find(({ sighting }) => sighting.event_id === opened)?.sighting;
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
            <Line key={item.sighting.event_id} item={item} onOpen={() => open(item.sighting.event_id)} />
          ))}
        </ol>
      )}
      {shown && <DecisionDialog decided={shown} onClose={close} />}
    </section>
  );
}
