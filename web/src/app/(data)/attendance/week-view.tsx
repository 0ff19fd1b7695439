"use client";
import { CalendarX2, ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { texts } from "@/texts";
import { dayName, dayValue, hourMinute, parseDay, startOfDay, startOfWeek } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Asked, Card, Empty, Failure, PersonCell, share } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { byPerson, firstOfDays, type PersonDay } from "./days";
import { CameraField, DateField } from "./filters";
import { useRange } from "./use-range";

interface PersonWeek extends PersonDay {
  first: ReturnType<typeof firstOfDays>;
}

export function WeekView() {
  const [week, setWeek] = useState(() => dayValue(startOfWeek(new Date())));
  const [camera, setCamera] = useState("");
  const now = useNow(60_000);
  const from = startOfWeek(parseDay(week) ?? new Date());
  const days = [0, 1, 2, 3, 4, 5, 6].map((index) => startOfDay(from, index));
  const { records, loading, analytics } = useRange(from, startOfDay(from, 7), camera);
  const coverage = new Map(analytics.data?.days.map(({ date, coverage: watched }) => [date, watched]));
  // No record is not an absence, and says nothing at all when no camera was watching.
  const nothing = (day: Date): string => {
    if (day.getTime() > now) return texts.attendance.future;
    const watched = coverage.get(dayValue(day));
    return watched ? texts.attendance.noRecord : texts.attendance.notWatched;
  };
  const columns: Column<PersonWeek>[] = [
    {
      key: "person",
      title: texts.attendance.columns.person,
      rowHeader: true,
      summary: texts.attendance.coverage,
      cell: (person) => <PersonCell name={person.name} code={person.code} />,
    },
    ...days.map((day) => ({
      key: dayValue(day),
      title: dayName(day),
      summary: day.getTime() > now ? texts.attendance.future : share(coverage.get(dayValue(day)) ?? null),
      cell: ({ first }: PersonWeek) => {
        const record = first.get(dayValue(day));
        return record ? (
          hourMinute(record.captured_at)
        ) : (
          <span className="soft small-text">{nothing(day)}</span>
        );
      },
    })),
  ];
  return (
    <>
      <div className="filters">
        <button
          type="button"
          className="button icon"
          aria-label={texts.attendance.previous}
          onClick={() => setWeek(dayValue(startOfDay(from, -7)))}
        >
          <ChevronLeft aria-hidden />
        </button>
        <DateField label={texts.attendance.week} value={dayValue(from)} onChange={setWeek} />
        <button
          type="button"
          className="button icon"
          aria-label={texts.attendance.next}
          onClick={() => setWeek(dayValue(startOfDay(from, 7)))}
        >
          <ChevronRight aria-hidden />
        </button>
        <CameraField value={camera} onChange={setCamera} />
      </div>
      <p className="soft small-text">{texts.attendance.weekNote}</p>
      {analytics.error && <Failure error={analytics.error} />}
      <Card>
        <Asked query={records} loading={loading}>
          {(items) => {
            const people = byPerson(items).map((person) => ({
              ...person,
              first: firstOfDays(person.records),
            }));
            if (people.length === 0)
              return (
                <Empty icon={CalendarX2} title={texts.attendance.empty} hint={texts.attendance.emptyHint} />
              );
            return (
              <Table
                columns={columns}
                rows={people}
                rowKey={({ id }) => id}
                label={texts.attendance.tabs.week}
                onPhone="scroll"
                className="week"
              />
            );
          }}
        </Asked>
      </Card>
    </>
  );
}
