// Writes files from the same columns that the tables show.
import type { Column, FileValue } from "./table";

function saveFile(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** RFC 4180. A cell that a spreadsheet would run as a formula, also one that begins with a full-width sign, becomes text. */
export function csvOf(rows: readonly string[][]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

interface FileColumn<Row> {
  title: string;
  value: (row: Row) => FileValue;
  width?: number;
  format?: string;
}

/** The columns that a file has, in their order. */
export const fileColumns = <Row>(columns: readonly Column<Row>[]): FileColumn<Row>[] =>
  columns.flatMap(({ title, file }) => (file ? [{ title, ...file }] : []));

const csvText = (value: FileValue): string =>
  value instanceof Date ? value.toISOString() : String(value ?? "");

/** Times are written in UTC. */
export function saveCsv<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const saved = fileColumns(columns);
  const lines = rows.map((row) => saved.map(({ value }) => csvText(value(row))));
  saveFile(name, csvOf([saved.map(({ title }) => title), ...lines]), "text/csv");
}

// A spreadsheet's cell knows no time zone. It gets the viewer's local time, written as if it were UTC.
const localTime = (time: Date) => new Date(time.getTime() - time.getTimezoneOffset() * 60_000);

function excelCell(value: FileValue, format: string | undefined) {
  if (value === null) return null;
  if (value instanceof Date)
    return { value: localTime(value), type: Date, format: format ?? "yyyy-mm-dd hh:mm:ss" };
  return typeof value === "number" ? { value, type: Number, format } : { value, type: String };
}

/** Of a sheet of Excel, without the titles. */
export const MOST_ROWS = 1_048_575;

/** Times are the viewer's local times. At most MOST_ROWS rows. */
export async function saveExcel<Row>(
  name: string,
  sheet: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  const { default: writeExcelFile } = await import("write-excel-file/browser");
  const saved = fileColumns(columns);
  const cells = [
    saved.map(({ title }) => ({ value: title, fontWeight: "bold" as const })),
    ...rows.map((row) => saved.map(({ value, format }) => excelCell(value(row), format))),
  ];
  const options = { columns: saved.map(({ width }) => ({ width })), sheet, stickyRowsCount: 1 };
  saveFile(
    name,
    await writeExcelFile(cells, options).toBlob(),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  );
}
