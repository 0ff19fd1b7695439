"use client";
import { CalendarX2 } from "lucide-react";
import { useMemo } from "react";
import { type Site, useDays, useSite } from "@/api/days";
import { texts } from "@/texts";
import { dayName, hourMinute } from "@/ui/format";
import { Asked, Card, Empty, PersonCell, share } from "@/ui/parts";
import { addDays, mondayOf, utcOf } from "@/ui/site-time";
import { type Column, Table } from "@/ui/table";
import { DayFilters, Loaded, NoRecord, useDayChoice, ZoneNote } from "./day-range";
import { byPerson, coverageByDate, type PersonDays } from "./days";

function WeekOf({ site }: { site: Site }) {
  const choice = useDayChoice(site);
  const { today, person, seen } = choice;
  const from = mondayOf(choice.date);
  const days = useDays({ from, to: addDays(from, 6), person: person || undefined, seen }, true);
  const items = useMemo(() => days.data?.pages.flatMap((page) => page.items) ?? [], [days.data]);
  const people = useMemo(() => byPerson(items, days.hasNextPage), [items, days.hasNextPage]);
  const coverage = useMemo(() => coverageByDate(items), [items]);
  const dates = [0, 1, 2, 3, 4, 5, 6].map((index) => addDays(from, index));
  const columns: Column<PersonDays>[] = [
    {
      key: "person",
      title: texts.attendance.columns.person,
      rowHeader: true,
      summary: texts.attendance.coverage,
      cell: ({ person: who }) => <PersonCell name={who.name} code={who.code} />,
    },
    ...dates.map((date): Column<PersonDays> => {
      const watched = coverage.get(date) ?? null;
      return {
        key: date,
        title: dayName(utcOf(date), "UTC"),
        summary: date > today ? texts.attendance.future : share(watched),
        cell: ({ days: own }) => {
          const day = own.get(date);
          if (day?.first_at) return hourMinute(day.first_at, site.zone);
          if (day?.last_seen_at)
            return (
              <span className="soft small-text">
                {texts.attendance.seenAt(hourMinute(day.last_seen_at, site.zone))}
              </span>
            );
          return <NoRecord day={day ?? { date, coverage: watched }} today={today} />;
        },
      };
    }),
  ];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = days;
  const more = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  return (
    <>
      <DayFilters
        label={texts.attendance.week}
        choice={choice}
        shown={from}
        before={addDays(from, -7)}
        after={addDays(from, 7)}
      />
      <ZoneNote site={site} />
      <p className="soft small-text">{texts.attendance.weekNote}</p>
      <Card>
        <Asked query={days}>
          {() =>
            people.length === 0 ? (
              <Empty icon={CalendarX2} title={texts.attendance.nobodySeen[seen]} />
            ) : (
              <>
                <Table
                  columns={columns}
                  rows={people}
                  rowKey={({ person: who }) => who.id}
                  label={texts.attendance.tabs.week}
                  onPhone="scroll"
                  className="week"
                  onEnd={more}
                />
                <Loaded people={people.length} query={days} />
              </>
            )
          }
        </Asked>
      </Card>
    </>
  );
}

export function WeekView() {
  const site = useSite();
  return <Asked query={site}>{(known) => <WeekOf site={known} />}</Asked>;
}
