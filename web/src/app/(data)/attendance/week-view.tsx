"use client";
import { CalendarX2, ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { texts } from "@/texts";
import { dayName, dayValue, hourMinute, parseDay, startOfDay, startOfWeek } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Asked, Card, Empty, Failure, PersonCell, share } from "@/ui/parts";
import { byPerson, firstOfDays } from "./days";
import { CameraField, DateField } from "./filters";
import { useRange } from "./use-range";

export function WeekView() {
  const [week, setWeek] = useState(() => dayValue(startOfWeek(new Date())));
  const [camera, setCamera] = useState("");
  const now = useNow(60_000);
  const from = startOfWeek(parseDay(week) ?? new Date());
  const days = [0, 1, 2, 3, 4, 5, 6].map((index) => startOfDay(from, index));
  const { records, analytics } = useRange(from, startOfDay(from, 7), camera);
  const coverage = new Map(analytics.data?.days.map(({ date, coverage: watched }) => [date, watched]));
  // No record means nothing where nobody watched, and less than "absent" everywhere else.
  const nothing = (day: Date): string => {
    if (day.getTime() > now) return texts.attendance.future;
    const watched = coverage.get(dayValue(day));
    return watched ? texts.attendance.noRecord : texts.attendance.notWatched;
  };
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
        <Asked query={records}>
          {(items) => {
            const people = byPerson(items);
            if (people.length === 0)
              return (
                <Empty icon={CalendarX2} title={texts.attendance.empty} hint={texts.attendance.emptyHint} />
              );
            return (
              <div
                className="table-scroll"
                tabIndex={0}
                role="region"
                aria-label={texts.attendance.tabs.week}
              >
                <table className="week">
                  <thead>
                    <tr>
                      <th scope="col">{texts.attendance.columns.person}</th>
                      {days.map((day) => (
                        <th key={day.getTime()} scope="col">
                          {dayName(day)}
                        </th>
                      ))}
                    </tr>
                    <tr>
                      <th scope="row">{texts.attendance.coverage}</th>
                      {days.map((day) => (
                        <td key={day.getTime()} className="soft small-text">
                          {day.getTime() > now
                            ? texts.attendance.future
                            : share(coverage.get(dayValue(day)) ?? null)}
                        </td>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {people.map((person) => {
                      const first = firstOfDays(person.records);
                      return (
                        <tr key={person.id}>
                          <th scope="row">
                            <PersonCell name={person.name} code={person.code} />
                          </th>
                          {days.map((day) => {
                            const record = first.get(dayValue(day));
                            return (
                              <td key={day.getTime()} className={record ? undefined : "soft small-text"}>
                                {record ? hourMinute(record.captured_at) : nothing(day)}
                              </td>
                            );
                          })}
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </div>
            );
          }}
        </Asked>
      </Card>
    </>
  );
}
