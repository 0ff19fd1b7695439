"use client";
import { CalendarX2 } from "lucide-react";
import { useMemo } from "react";
import type { Analytics } from "@/api/client";
import { type Day, type Site, useDays, useSite } from "@/api/days";
import { useAnalytics } from "@/api/long-queries";
import { texts } from "@/texts";
import { hourMinute } from "@/ui/format";
import { Asked, Card, CoverageNote, Empty, Failure, PersonCell } from "@/ui/parts";
import { addDays, startOf } from "@/ui/site-time";
import { type Column, Table } from "@/ui/table";
import { DayFilters, Loaded, NoRecord, useDayChoice, ZoneNote } from "./day-range";

interface Span {
  from: number;
  to: number;
}

const timeOf = (time: string | null) => (time === null ? undefined : Date.parse(time));

/** The site's day, with the times the cameras watched, and from the first record to the last sighting. */
function Strip({ span, watched, day, zone }: { span: Span; watched: Span[]; day: Day; zone: string }) {
  const at = (time: number) => ((time - span.from) / (span.to - span.from)) * 1000;
  const first = timeOf(day.first_at) ?? timeOf(day.last_seen_at);
  const last = timeOf(day.last_seen_at) ?? first;
  return (
    <svg
      className="strip"
      viewBox="0 0 1000 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={
        first === undefined || last === undefined
          ? texts.attendance.dayStripEmpty
          : texts.attendance.dayStrip(hourMinute(first, zone), hourMinute(last, zone))
      }
    >
      <rect className="ground" width="1000" height="10" />
      {watched.map(({ from, to }) => (
        <rect
          key={from}
          className="watched"
          x={at(from)}
          width={Math.max(at(to) - at(from), 1)}
          height="10"
        />
      ))}
      {first !== undefined && last !== undefined && (
        <>
          <rect className="stay" x={at(first)} y="4" width={Math.max(at(last) - at(first), 1)} height="2" />
          <rect className="mark" x={at(first) - 3} width="6" height="10" />
          <rect className="mark" x={at(last) - 3} width="6" height="10" />
        </>
      )}
    </svg>
  );
}

/** The hours above the strips, at the right place on days of 23 and 25 hours too. */
function Hours({ date, span, site }: { date: string; span: Span; site: Site }) {
  const share = (time: number) => (time - span.from) / (span.to - span.from);
  const marks = [0, 6, 12, 18].map((hour) => startOf(date, site.zone, site.dayStartsAt) + hour * 3_600_000);
  return (
    <svg className="strip-hours" aria-hidden>
      {marks.map((mark) => (
        <text key={mark} x={`${share(mark) * 100}%`} y="0.9em">
          {hourMinute(mark, site.zone)}
        </text>
      ))}
    </svg>
  );
}

const spansOf = (coverage: Analytics["coverage"]): Span[] =>
  coverage.flatMap(({ intervals }) =>
    intervals.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) })),
  );

function columnsOf(site: Site, date: string, today: string, span: Span, watched: Span[]): Column<Day>[] {
  const titles = texts.attendance.columns;
  return [
    {
      key: "person",
      title: titles.person,
      rowHeader: true,
      cell: ({ person }) => <PersonCell name={person.name} code={person.code} />,
    },
    {
      key: "first",
      title: titles.first,
      width: "tight",
      cell: (day) =>
        day.first_at ? hourMinute(day.first_at, site.zone) : <NoRecord day={day} today={today} />,
    },
    {
      key: "last",
      title: titles.last,
      width: "tight",
      cell: (day) => (day.last_seen_at ? hourMinute(day.last_seen_at, site.zone) : "–"),
    },
    { key: "records", title: titles.records, align: "number", cell: ({ records }) => records },
    {
      key: "day",
      title: titles.day,
      width: "strip",
      scale: <Hours date={date} span={span} site={site} />,
      cell: (day) => <Strip span={span} watched={watched} day={day} zone={site.zone} />,
    },
  ];
}

function DayOf({ site }: { site: Site }) {
  const choice = useDayChoice(site);
  const { date, today, person, seen } = choice;
  const days = useDays({ from: date, to: date, person: person || undefined, seen }, true);
  const from = startOf(date, site.zone, site.dayStartsAt);
  const to = startOf(addDays(date, 1), site.zone, site.dayStartsAt);
  const analytics = useAnalytics({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    zone: site.zone,
  });
  const items = useMemo(() => days.data?.pages.flatMap((page) => page.items) ?? [], [days.data]);
  const coverage = items[0]?.coverage;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = days;
  const more = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  return (
    <>
      <DayFilters
        label={texts.attendance.day}
        choice={choice}
        shown={date}
        before={addDays(date, -1)}
        after={addDays(date, 1)}
      >
        {coverage !== undefined && <CoverageNote share={coverage} />}
      </DayFilters>
      <ZoneNote site={site} />
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
        <Asked query={days}>
          {() =>
            items.length === 0 ? (
              <Empty icon={CalendarX2} title={texts.attendance.nobodySeen[seen]} />
            ) : (
              <>
                <Table
                  columns={columnsOf(
                    site,
                    date,
                    today,
                    { from, to },
                    spansOf(analytics.data?.coverage ?? []),
                  )}
                  rows={items}
                  rowKey={(day) => day.person.id}
                  label={texts.attendance.tabs.day}
                  onEnd={more}
                />
                <Loaded people={items.length} query={days} />
              </>
            )
          }
        </Asked>
      </Card>
    </>
  );
}

export function DayView() {
  const site = useSite();
  return <Asked query={site}>{(known) => <DayOf site={known} />}</Asked>;
}
