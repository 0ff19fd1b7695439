"use client";
// When each camera was watching, over the whole range: the detail behind the coverage notes.
import { EyeOff } from "lucide-react";
import type { Analytics } from "@/api/client";
import { texts } from "@/texts";
import { dateTimeShort } from "@/ui/format";
import { Card, Empty, share } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";

export function CoverageChart({ figures }: { figures: Analytics }) {
  const from = new Date(figures.from).getTime();
  const to = Math.min(new Date(figures.to).getTime(), Math.max(new Date(figures.now).getTime(), from + 1));
  const at = (time: string) => ((new Date(time).getTime() - from) / (to - from)) * 1000;
  const columns: Column<Analytics["coverage"][number]>[] = [
    {
      key: "camera",
      title: texts.analytics.camera,
      rowHeader: true,
      width: "tight",
      cell: ({ camera_id: id }) => id,
    },
    {
      key: "watched",
      title: `${dateTimeShort(from)} – ${dateTimeShort(to)}`,
      width: "strip",
      cell: ({ intervals }) => (
        <svg className="strip" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden>
          <rect className="ground" width="1000" height="10" />
          {intervals.map((interval) => (
            <rect
              key={interval.from}
              className="mark"
              x={at(interval.from)}
              width={Math.max(at(interval.to) - at(interval.from), 1.5)}
              height="10"
            />
          ))}
        </svg>
      ),
    },
    {
      key: "share",
      title: texts.analytics.watched,
      align: "number",
      cell: ({ fraction }) => share(fraction),
    },
  ];
  return (
    <Card title={texts.analytics.coverageTitle}>
      <div className="body">
        <p className="soft small-text">{texts.analytics.coverageLede}</p>
        {figures.coverage.length === 0 ? (
          <Empty icon={EyeOff} title={texts.analytics.noCameras} />
        ) : (
          <Table
            columns={columns}
            rows={figures.coverage}
            rowKey={({ camera_id: id }) => id}
            onPhone="scroll"
            className="coverage"
          />
        )}
      </div>
    </Card>
  );
}
