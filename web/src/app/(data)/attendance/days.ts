// Records of a day or a week, grouped by person. Days are in the viewer's time zone.
import type { AttendanceRecord } from "@/api/client";
import { dayValue } from "@/ui/format";

export interface PersonDay {
  id: string;
  code: string;
  name: string;
  /** Oldest first. */
  records: AttendanceRecord[];
}

/** Groups records by person, sorted by name. */
export function byPerson(records: readonly AttendanceRecord[]): PersonDay[] {
  const people = new Map<string, PersonDay>();
  for (const record of records) {
    const { id, code, name } = record.person;
    const known = people.get(id) ?? { id, code, name, records: [] };
    known.records.push(record);
    people.set(id, known);
  }
  for (const { records: own } of people.values())
    own.sort((a, b) => (a.captured_at < b.captured_at ? -1 : 1));
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The first record of each local day, keyed by "2026-11-22". */
export function firstOfDays(records: readonly AttendanceRecord[]): Map<string, AttendanceRecord> {
  const first = new Map<string, AttendanceRecord>();
  for (const record of records) {
    const day = dayValue(new Date(record.captured_at));
    const known = first.get(day);
    if (!known || record.captured_at < known.captured_at) first.set(day, record);
  }
  return first;
}
