"use client";
// The numbers behind a decision, and what they mean.
import Link from "next/link";
import { type Measured, measureOf } from "@/api/calibration";
import type { Outcome, Schemas } from "@/api/client";
import { texts } from "@/texts";
import { dateTime, duration, score } from "@/ui/format";
import { Modal, OutcomeBadge } from "@/ui/parts";

export interface Decided extends Measured {
  event_id: string;
  attendance_id: string | null;
  outcome: Outcome;
  person: Schemas["PersonRef"] | null;
  camera_id: string;
  captured_at: string;
  received_at: string;
  model: string;
  runner_up: number | null;
  liveness: number | null;
  weak_liveness: number | null;
  quality: number | null;
}

const isCalibrated = ({ threshold_source: source }: Decided) => source === "calibrated";

function explain(decided: Decided): string {
  const words = texts.attendance;
  const threshold = score(decided.threshold, "");
  switch (decided.outcome) {
    case "marked": {
      const name = decided.person?.name ?? "";
      const reached = score(measureOf(decided), "");
      return isCalibrated(decided)
        ? words.explainMarkedByScore(name, reached, threshold)
        : words.explainMarked(name, reached, threshold);
    }
    case "cooldown":
      return words.explainCooldown;
    case "unknown":
      return words.explainUnknown(threshold);
    case "ambiguous":
      return words.explainAmbiguous;
    case "spoof":
      return words.explainSpoof;
    case "unproven":
      return words.explainUnproven;
  }
}

/** What was measured, on a line from 0 to 1, with the threshold and, of similarities, the runner-up. */
function Scale({ decided }: { decided: Decided }) {
  const { threshold } = decided;
  const measured = measureOf(decided);
  const runnerUp = isCalibrated(decided) ? null : decided.runner_up;
  const at = (value: number) => Math.max(0, Math.min(1, value)) * 1000;
  return (
    <svg className="scale" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden>
      <rect className="ground" y="14" width="1000" height="12" rx="6" />
      {measured !== null && (
        <rect
          className={measured >= threshold ? "enough" : "short"}
          y="14"
          width={at(measured)}
          height="12"
          rx="6"
        />
      )}
      {runnerUp !== null && <rect className="other" x={at(runnerUp) - 3} y="6" width="6" height="28" />}
      <rect className="needed" x={at(threshold) - 2} y="2" width="4" height="36" />
    </svg>
  );
}

export function DecisionDialog({ decided, onClose }: { decided: Decided; onClose: () => void }) {
  const { numbers, attendance: words } = texts;
  const { threshold, threshold_source: source } = decided;
  const measured = measureOf(decided);
  const calibrated = isCalibrated(decided);
  const seconds = (new Date(decided.received_at).getTime() - new Date(decided.captured_at).getTime()) / 1000;
  const facts: [string, string][] = [
    [numbers.similarity, score(decided.similarity, numbers.nobody)],
    ...(calibrated ? [[numbers.score, score(measured, numbers.nobody)] as [string, string]] : []),
    [
      numbers.threshold,
      source ? `${score(threshold, "")} (${numbers.sources[source]})` : score(threshold, ""),
    ],
    [numbers.margin, measured === null ? "–" : score(measured - threshold, "")],
    [numbers.runnerUp, score(decided.runner_up, numbers.nobodyElse)],
    decided.weak_liveness === null
      ? [numbers.liveness, score(decided.liveness, numbers.notMeasured)]
      : [numbers.weakLiveness, score(decided.weak_liveness, "")],
    [numbers.quality, score(decided.quality, numbers.notMeasured)],
    [words.camera, decided.camera_id],
    [words.captured, dateTime(decided.captured_at)],
    [
      words.received,
      `${dateTime(decided.received_at)} (${words.later(seconds < 10 ? `${seconds.toFixed(2)} s` : duration(Math.round(seconds)))})`,
    ],
    // A decision that has just arrived does not say.
    ...(decided.model ? [[words.sheet.model, decided.model] as [string, string]] : []),
    [words.event, decided.event_id],
    ...(decided.attendance_id ? [[words.record, decided.attendance_id] as [string, string]] : []),
  ];
  return (
    <Modal open onClose={onClose} title={decided.person?.name ?? texts.live.nobody} lede={explain(decided)}>
      <div className="row-buttons">
        <OutcomeBadge outcome={decided.outcome} />
        {decided.outcome === "ambiguous" && (
          <Link href="/people#look-alikes" prefetch={false}>
            {words.whoIsAlike}
          </Link>
        )}
      </div>
      <div>
        <Scale decided={decided} />
        <ul className="legend">
          {(
            [
              [
                measured !== null && measured >= threshold ? "enough" : "short",
                calibrated ? numbers.score : numbers.similarity,
              ],
              ["needed", numbers.threshold],
              ...(calibrated ? [] : [["other", numbers.runnerUp] as const]),
            ] as const
          ).map(([kind, name]) => (
            <li key={kind}>
              <svg className="scale" viewBox="0 0 10 10" aria-hidden>
                <rect className={kind} width="10" height="10" rx="2" />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
