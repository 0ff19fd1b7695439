"use client";
import { useEvents, type DecisionEvent } from "@/api/events";
import { texts } from "@/texts";
import { score, timeOfDay } from "@/ui/format";
import { Notice, OutcomeBadge } from "@/ui/parts";

function Line({ event, fresh }: { event: DecisionEvent; fresh: boolean }) {
  const { decision } = event;
  const { similarity, threshold } = decision;
  return (
    <li className={fresh ? "fresh" : undefined}>
      <OutcomeBadge outcome={decision.outcome} />
      <span className="who">{decision.person?.name ?? texts.live.nobody}</span>
      <time className="soft small-text" dateTime={event.captured_at}>
        {timeOfDay(event.captured_at)}
      </time>
      <span className="numbers">
        {event.camera_id} ·{" "}
        {similarity === null
          ? texts.numbers.nobody
          : texts.numbers.line(score(similarity, ""), score(threshold, ""))}
      </span>
    </li>
  );
}

export function DecisionStream() {
  const { decisions, lost } = useEvents();
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
      {decisions.length === 0 ? (
        <p className="body soft">{texts.live.noDecisions}</p>
      ) : (
        <ol aria-live="polite" tabIndex={0} aria-label={texts.live.decisions}>
          {decisions.map((event, index) => (
            <Line key={`${event.decision.event_id}-${event.received_at}`} event={event} fresh={index === 0} />
          ))}
        </ol>
      )}
    </section>
  );
}
