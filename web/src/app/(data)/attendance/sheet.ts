// The log as an Excel file, written in the page. Times are the viewer's: a sheet's cells know no zone.
import type { AttendanceRecord } from "@/api/client";
import { texts } from "@/texts";
import { saveFile } from "@/ui/files";
import { dayValue } from "@/ui/format";

// A cell holds the time of a clock as if it were UTC.
const cellTime = (time: string) => {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
};

export async function saveSheet(records: readonly AttendanceRecord[]): Promise<void> {
  const { default: writeExcelFile } = await import("write-excel-file/browser");
  const words = texts.attendance.sheet;
  const header = (value: string) => ({ value, fontWeight: "bold" as const });
  const text = (value: string) => ({ value, type: String });
  const number = (value: number | null) =>
    value === null ? null : { value, type: Number, format: "0.0000" };
  const time = (value: string) => ({ value: cellTime(value), type: Date, format: "yyyy-mm-dd hh:mm:ss" });
  const rows = [
    [
      words.captured,
      words.name,
      words.code,
      words.camera,
      words.similarity,
      words.runnerUp,
      words.threshold,
      words.liveness,
      words.quality,
      words.received,
      words.model,
      words.record,
    ].map(header),
    ...records.map((record) => [
      time(record.captured_at),
      text(record.person.name),
      text(record.person.code),
      text(record.camera_id),
      number(record.similarity),
      number(record.runner_up),
      number(record.threshold),
      number(record.liveness),
      number(record.quality),
      time(record.received_at),
      text(record.model),
      text(record.id),
    ]),
  ];
  const columns = [20, 26, 14, 16, 12, 18, 12, 12, 12, 20, 28, 38].map((width) => ({ width }));
  const file = await writeExcelFile(rows, { columns, sheet: words.title, stickyRowsCount: 1 }).toBlob();
  saveFile(
    `attendance-${dayValue(new Date())}.xlsx`,
    file,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  );
}
