"use client";
import { CalendarX2, ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Analytics } from "@/api/client";
import { texts } from "@/texts";
import { dayValue, hourMinute, parseDay, startOfDay } from "@/ui/format";
import { Asked, Card, CoverageNote, Empty, Failure, PersonCell } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { byPerson, type PersonDay } from "./days";
import { CameraField, DateField } from "./filters";
import { useRange } from "./use-range";

/** The day from midnight to midnight, with the times the cameras watched and the records. */
function Strip({
  from,
  to,
  watched,
  times,
}: {
  from: Date;
  to: Date;
  watched: [number, number][];
  times: number[];
}) {
  const at = (time: number) => ((time - from.getTime()) / (to.getTime() - from.getTime())) * 1000;
  const words = times.map((time) => hourMinute(time)).join(", ");
  return (
    <svg
      className="strip"
      viewBox="0 0 1000 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.attendance.dayStrip(words)}
    >
      <rect className="ground" width="1000" height="10" />
      {watched.map(([begin, end]) => (
        <rect
          key={begin}
          className="watched"
          x={at(begin)}
          width={Math.max(at(end) - at(begin), 1)}
          height="10"
        />
      ))}
      {times.map((time) => (
        <rect key={time} className="mark" x={at(time) - 3} width="6" height="10" />
      ))}
    </svg>
  );
}

/** The hours above the strips, at the right place on days of 23 and 25 hours too. */
function Hours({ from, to }: { from: Date; to: Date }) {
  const marks = [0, 6, 12, 18].map((hour) =>
    new Date(from.getFullYear(), from.getMonth(), from.getDate(), hour).getTime(),
  );
  const share = (time: number) => (time - from.getTime()) / (to.getTime() - from.getTime());
  return (
    <svg className="strip-hours" aria-hidden>
      {marks.map((mark) => (
        <text key={mark} x={`${share(mark) * 100}%`} y="0.9em">
          {hourMinute(mark)}
        </text>
      ))}
    </svg>
  );
}

const spansOf = (coverage: Analytics["coverage"]): [number, number][] =>
  coverage.flatMap(({ intervals }) =>
    intervals.map(({ from, to }): [number, number] => [new Date(from).getTime(), new Date(to).getTime()]),
  );

function columnsOf(from: Date, to: Date, watched: [number, number][]): Column<PersonDay>[] {
  const titles = texts.attendance.columns;
  const timesOf = ({ records }: PersonDay) =>
    records.map(({ captured_at: time }) => new Date(time).getTime());
  return [
    {
      key: "person",
      title: titles.person,
      rowHeader: true,
      cell: (person) => <PersonCell name={person.name} code={person.code} />,
    },
    {
      key: "first",
      title: titles.first,
      width: "tight",
      cell: (person) => hourMinute(timesOf(person)[0] ?? 0),
    },
    {
      key: "last",
      title: titles.last,
      width: "tight",
      cell: (person) => hourMinute(timesOf(person).at(-1) ?? 0),
    },
    { key: "records", title: titles.records, align: "number", cell: (person) => person.records.length },
    {
      key: "cameras",
      title: titles.camera,
      cell: (person) => [...new Set(person.records.map(({ camera_id: id }) => id))].join(", "),
    },
    {
      key: "day",
      title: titles.day,
      width: "strip",
      scale: <Hours from={from} to={to} />,
      cell: (person) => <Strip from={from} to={to} watched={watched} times={timesOf(person)} />,
    },
  ];
}

export function DayView() {
  const [day, setDay] = useState(() => dayValue(new Date()));
  const [camera, setCamera] = useState("");
  const from = parseDay(day) ?? startOfDay(new Date());
  const to = startOfDay(from, 1);
  const { records, loading, analytics } = useRange(from, to, camera);
  const watched = spansOf(analytics.data?.coverage ?? []);
  return (
    <>
      <div className="filters">
        <button
          type="button"
          className="button icon"
          aria-label={texts.attendance.previous}
          onClick={() => setDay(dayValue(startOfDay(from, -1)))}
        >
          <ChevronLeft aria-hidden />
        </button>
        <DateField label={texts.attendance.day} value={day} onChange={setDay} />
        <button
          type="button"
          className="button icon"
          aria-label={texts.attendance.next}
          onClick={() => setDay(dayValue(to))}
        >
          <ChevronRight aria-hidden />
        </button>
        <CameraField value={camera} onChange={setCamera} />
        {analytics.data && <CoverageNote share={analytics.data.days[0]?.coverage ?? null} />}
      </div>
      <ul className="legend">
        {(["mark", "watched", "ground"] as const).map((kind) => (
          <li key={kind}>
            <svg className="strip" viewBox="0 0 10 10" aria-hidden>
              <rect className={kind} width="10" height="10" rx="2" />
            </svg>
            {texts.attendance.stripLegend[kind]}
          </li>
        ))}
      </ul>
      {analytics.error && <Failure error={analytics.error} />}
      <Card>
        <Asked query={records} loading={loading}>
          {(items) => {
            const people = byPerson(items);
            if (people.length === 0)
              return (
                <Empty icon={CalendarX2} title={texts.attendance.empty} hint={texts.attendance.emptyHint} />
              );
            return (
              <Table
                columns={columnsOf(from, to, watched)}
                rows={people}
                rowKey={({ id }) => id}
                label={texts.attendance.tabs.day}
              />
            );
          }}
        </Asked>
      </Card>
    </>
  );
}
