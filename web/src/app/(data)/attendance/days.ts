// The server's lines of a person and a day, as a table with a row for each person.
import type { Day } from "@/api/days";

export interface PersonDays {
  person: Day["person"];
  /** By date. With a filter a day may be missing. */
  days: Map<string, Day>;
}

/** In the server's order. A page may end within a person's days: the last one waits until they are complete. */
export function byPerson(days: readonly Day[], more: boolean): PersonDays[] {
  const people = new Map<string, PersonDays>();
  for (const day of days) {
    const known = people.get(day.person.id);
    if (known) known.days.set(day.date, day);
    else people.set(day.person.id, { person: day.person, days: new Map([[day.date, day]]) });
  }
  const list = [...people.values()];
  return more ? list.slice(0, -1) : list;
}

/** It is the same for everybody. */
export const coverageByDate = (days: readonly Day[]): Map<string, number | null> =>
  new Map(days.map(({ date, coverage }) => [date, coverage]));
