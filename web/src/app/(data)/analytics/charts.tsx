"use client";
import type { ReactNode } from "react";
import {
  Bar,
  BarChart,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { Analytics } from "@/api/client";
import { texts } from "@/texts";
import { dayMonth, parseDay } from "@/ui/format";
import { Card, CoverageNote, share } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { denseBins, hoursOfDay, meanCoverage } from "./figures";

const COLOURS = {
  marked: "var(--series-1)",
  cooldown: "var(--series-2)",
  unknown: "var(--series-3)",
  ambiguous: "var(--series-4)",
  spoof: "var(--series-5)",
  unproven: "var(--series-6)",
};

const countColumn = <K extends string>(key: K, title: string): Column<Record<K, number>> => ({
  key,
  title,
  align: "number",
  cell: (row) => row[key],
});

const nameColumn = (title: string): Column<{ name: string }> => ({
  key: "name",
  title,
  rowHeader: true,
  cell: ({ name }) => name,
});

/** A chart, with its numbers as a table for screen readers and for exact values. */
function Chart<Row extends { name: string }>({
  title,
  lede,
  coverage,
  legend,
  columns,
  rows,
  children,
}: {
  title: string;
  lede?: string;
  coverage?: number | null;
  legend?: [string, string][];
  columns: Column<Row>[];
  rows: Row[];
  children: ReactNode;
}) {
  return (
    <Card title={title} actions={coverage !== undefined && <CoverageNote share={coverage} />}>
      <div className="body">
        {lede && <p className="soft small-text">{lede}</p>}
        {legend && (
          <ul className="legend">
            {legend.map(([words, colour]) => (
              <li key={words}>
                <svg viewBox="0 0 10 10" aria-hidden>
                  <rect width="10" height="10" rx="2" fill={colour} />
                </svg>
                {words}
              </li>
            ))}
          </ul>
        )}
        <div className="chart" aria-hidden>
          <ResponsiveContainer width="100%" height="100%">
            {children}
          </ResponsiveContainer>
        </div>
        <details className="as-table">
          <summary>{texts.common.asTable}</summary>
          <Table columns={columns} rows={rows} rowKey={({ name }) => name} label={title} onPhone="scroll" />
        </details>
      </div>
    </Card>
  );
}

const axis = { stroke: "var(--line-strong)", tickLine: false, tick: { fill: "var(--ink-soft)" } } as const;
const grid = <CartesianGrid vertical={false} stroke="var(--line)" />;
const tooltip = (
  <Tooltip
    wrapperClassName="chart-tooltip"
    cursor={{ fill: "var(--quiet-soft)" }}
    isAnimationActive={false}
  />
);
const still = { isAnimationActive: false } as const;

function Hours({ figures }: { figures: Analytics }) {
  const data = hoursOfDay(figures).map(({ hour, arrivals }) => ({ name: `${hour}:00`, arrivals }));
  const words = texts.analytics;
  return (
    <Chart
      title={words.hours}
      lede={words.hourOfDay}
      coverage={meanCoverage(figures)}
      columns={[nameColumn(words.hour), countColumn("arrivals", words.arrivals)]}
      rows={data}
    >
      <BarChart data={data} accessibilityLayer={false}>
        {grid}
        <XAxis dataKey="name" interval="equidistantPreserveStart" {...axis} />
        <YAxis allowDecimals={false} width={34} {...axis} />
        {tooltip}
        <Bar
          dataKey="arrivals"
          name={words.arrivals}
          fill="var(--series-1)"
          radius={[3, 3, 0, 0]}
          maxBarSize={36}
          {...still}
        />
      </BarChart>
    </Chart>
  );
}

function Trend({ figures }: { figures: Analytics }) {
  const words = texts.analytics;
  const data = figures.days.map(({ date, present, coverage }) => ({
    name: dayMonth(parseDay(date) ?? date),
    present,
    watched: coverage === null ? null : Math.floor(coverage * 100),
    coverage,
  }));
  return (
    <Chart
      title={words.trend}
      coverage={meanCoverage(figures)}
      legend={[
        [words.present, "var(--series-1)"],
        [`${words.watched} (%)`, "var(--series-3)"],
      ]}
      columns={[
        nameColumn(words.day),
        countColumn("present", words.present),
        {
          key: "watched",
          title: words.watched,
          align: "number",
          cell: ({ coverage }) => share(coverage),
        },
      ]}
      rows={data}
    >
      <ComposedChart data={data} accessibilityLayer={false}>
        {grid}
        <XAxis dataKey="name" {...axis} />
        <YAxis yAxisId="people" allowDecimals={false} width={34} {...axis} />
        <YAxis yAxisId="watched" orientation="right" domain={[0, 100]} unit="%" width={44} {...axis} />
        {tooltip}
        <Bar
          yAxisId="people"
          dataKey="present"
          name={words.present}
          fill="var(--series-1)"
          radius={[3, 3, 0, 0]}
          maxBarSize={36}
          {...still}
        />
        <Line
          yAxisId="watched"
          dataKey="watched"
          name={`${words.watched} (%)`}
          stroke="var(--series-3)"
          strokeWidth={2}
          dot={{ r: 2.5 }}
          {...still}
        />
      </ComposedChart>
    </Chart>
  );
}

function Cameras({ figures }: { figures: Analytics }) {
  const words = texts.analytics;
  const outcomes = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
  const data = figures.cameras.map((camera) => ({ ...camera, name: camera.camera_id }));
  return (
    <Chart
      title={words.byCamera}
      coverage={meanCoverage(figures)}
      legend={outcomes.map((outcome) => [texts.outcomes[outcome], COLOURS[outcome]])}
      columns={[
        nameColumn(words.camera),
        ...outcomes.map((outcome) => countColumn(outcome, texts.outcomes[outcome])),
      ]}
      rows={data}
    >
      <BarChart data={data} layout="vertical" accessibilityLayer={false}>
        <CartesianGrid horizontal={false} stroke="var(--line)" />
        <XAxis type="number" allowDecimals={false} {...axis} />
        <YAxis type="category" dataKey="name" width={110} {...axis} />
        {tooltip}
        {outcomes.map((outcome) => (
          <Bar
            key={outcome}
            dataKey={outcome}
            name={texts.outcomes[outcome]}
            stackId="all"
            fill={COLOURS[outcome]}
            maxBarSize={30}
            {...still}
          />
        ))}
      </BarChart>
    </Chart>
  );
}

function Similarity({ figures }: { figures: Analytics }) {
  const words = texts.analytics;
  const data = denseBins(figures).map((bin) => ({ ...bin, name: bin.from.toFixed(2) }));
  const width = figures.similarity.bin_width;
  return (
    <Chart
      title={words.similarity}
      lede={words.similarityLede}
      coverage={meanCoverage(figures)}
      legend={[
        [words.known, COLOURS.marked],
        [words.unknown, COLOURS.unknown],
        ...figures.similarity.thresholds.map((value): [string, string] => [
          words.threshold(value.toFixed(3)),
          "var(--ink)",
        ]),
      ]}
      columns={[
        nameColumn(words.bin),
        countColumn("known", words.known),
        countColumn("unknown", words.unknown),
      ]}
      rows={data.filter(({ known, unknown }) => known + unknown > 0)}
    >
      <BarChart data={data} barCategoryGap={1} accessibilityLayer={false}>
        {grid}
        <XAxis dataKey="name" minTickGap={24} {...axis} />
        <YAxis allowDecimals={false} width={34} {...axis} />
        {tooltip}
        <Bar dataKey="unknown" name={words.unknown} stackId="all" fill={COLOURS.unknown} {...still} />
        <Bar dataKey="known" name={words.known} stackId="all" fill={COLOURS.marked} {...still} />
        {figures.similarity.thresholds.map((value) => (
          <ReferenceLine
            key={value}
            x={(Math.floor(value / width + 1e-6) * width).toFixed(2)}
            position="start"
            stroke="var(--ink)"
            strokeDasharray="4 3"
          />
        ))}
      </BarChart>
    </Chart>
  );
}

export function Charts({ figures }: { figures: Analytics }) {
  return (
    <div className="charts">
      <Hours figures={figures} />
      <Trend figures={figures} />
      <Cameras figures={figures} />
      <Similarity figures={figures} />
    </div>
  );
}
