"use client";
import { BarChart3 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Analytics as Figures } from "@/api/client";
import { useAnalytics } from "@/api/long-queries";
import { number as count, texts } from "@/texts";
import { dayValue, parseDay, startOfDay, zone } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Asked, Card, CoverageNote, Empty, Loading, PageHead, Segments } from "@/ui/parts";
import { CameraField, DateField } from "../attendance/filters";
import { CoverageChart } from "./coverage-chart";
import { meanCoverage, totals } from "./figures";

// The chart library is large, and no other page needs it.
const Charts = dynamic(() => import("./charts").then((module) => module.Charts), {
  ssr: false,
  loading: () => <Loading />,
});

type Range = keyof typeof texts.analytics.ranges;

function rangeOf(range: Range, today: Date, from: string, to: string): { from: Date; to: Date } {
  const end = startOfDay(today, 1);
  switch (range) {
    case "today":
      return { from: today, to: end };
    case "week":
      return { from: startOfDay(today, -6), to: end };
    case "month":
      return { from: startOfDay(today, -29), to: end };
    case "custom": {
      const first = parseDay(from) ?? today;
      const last = parseDay(to) ?? today;
      return first <= last
        ? { from: first, to: startOfDay(last, 1) }
        : { from: last, to: startOfDay(first, 1) };
    }
  }
}

function Figure({
  title,
  value,
  unit,
  hint,
  coverage,
}: {
  title: string;
  value: string;
  unit?: string;
  hint?: string;
  coverage?: number | null;
}) {
  return (
    <div className="card figure">
      <h2 className="soft small-text">{title}</h2>
      <div className="value">
        {value} {unit && <small>{unit}</small>}
      </div>
      {hint && <span className="soft small-text">{hint}</span>}
      {coverage !== undefined && <CoverageNote share={coverage} />}
    </div>
  );
}

function KeyFigures({ figures }: { figures: Figures }) {
  const words = texts.analytics;
  const sum = totals(figures);
  const coverage = meanCoverage(figures);
  const { p50, p95, p99, events } = figures.latency_ms;
  const number = (value: number | null) => (value === null ? "–" : value.toFixed(0));
  return (
    <div className="figures">
      <Figure
        title={words.present}
        value={count(figures.present)}
        unit={words.presentOf(figures.enrolled)}
        coverage={coverage}
      />
      <Figure
        title={words.arrivals}
        value={count(sum.arrivals)}
        hint={words.arrivalsHint}
        coverage={coverage}
      />
      <Figure title={words.unknown} value={count(sum.unknown)} unit={words.attempts} coverage={coverage} />
      <Figure title={words.spoof} value={count(sum.spoof)} unit={words.attempts} coverage={coverage} />
      <Figure
        title={words.latency}
        value={number(p95)}
        unit={p95 === null ? undefined : words.ms}
        hint={p95 === null ? words.latencyNone : words.latencyHint(number(p50), number(p99), events)}
      />
    </div>
  );
}

export function Analytics() {
  const [range, setRange] = useState<Range>("today");
  const [camera, setCamera] = useState("");
  const now = useNow(60_000);
  const today = startOfDay(new Date(now));
  const [from, setFrom] = useState(() => dayValue(startOfDay(new Date(), -6)));
  const [to, setTo] = useState(() => dayValue(new Date()));
  const chosen = rangeOf(range, today, from, to);
  const analytics = useAnalytics({
    from: chosen.from.toISOString(),
    to: chosen.to.toISOString(),
    zone: zone(),
    camera: camera || undefined,
  });
  return (
    <>
      <PageHead title={texts.analytics.title} lede={texts.analytics.lede} />
      <div className="filters">
        <Segments
          label={texts.analytics.range}
          options={texts.analytics.ranges}
          value={range}
          onChange={setRange}
        />
        {range === "custom" && (
          <>
            <DateField label={texts.attendance.from} value={from} onChange={setFrom} />
            <DateField label={texts.attendance.to} value={to} onChange={setTo} />
          </>
        )}
        <CameraField value={camera} onChange={setCamera} />
      </div>
      <Asked query={analytics}>
        {(figures) => (
          <>
            <KeyFigures figures={figures} />
            {figures.hours.length === 0 ? (
              <Card>
                <Empty icon={BarChart3} title={texts.analytics.empty} hint={texts.attendance.emptyHint} />
              </Card>
            ) : (
              <Charts figures={figures} />
            )}
            <CoverageChart figures={figures} />
          </>
        )}
      </Asked>
    </>
  );
}
