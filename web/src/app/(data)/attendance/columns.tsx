// The columns of the attendance tables. The log, the decisions and the Excel file choose from the same ones.
import type { AttendanceRecord, Outcome, Schemas } from "@/api/client";
import { texts } from "@/texts";
import { dateTime, score } from "@/ui/format";
import { Code, Name, OutcomeBadge, PersonCell } from "@/ui/parts";
import type { Column } from "@/ui/table";

const { columns: titles, sheet } = texts.attendance;
const NUMBER = "0.0000";

export const person: Column<{ person: Schemas["PersonRef"] }> = {
  key: "person",
  title: titles.person,
  rowHeader: true,
  cell: (row) => <PersonCell name={row.person.name} />,
  file: { title: sheet.name, value: (row) => row.person.name, width: 26 },
};

/** For decisions, which may have no person. */
export const decidedPerson: Column<{ person: Schemas["PersonRef"] | null }> = {
  key: "person",
  title: titles.person,
  cell: (row) =>
    row.person ? <Name>{row.person.name}</Name> : <span className="soft">{texts.live.nobody}</span>,
};

export const code: Column<{ person: Schemas["PersonRef"] }> = {
  key: "code",
  title: titles.code,
  cell: (row) => <Code>{row.person.code}</Code>,
  file: { value: (row) => row.person.code, width: 14 },
};

export const captured: Column<{ captured_at: string }> = {
  key: "captured",
  title: titles.time,
  cell: (row) => <time dateTime={row.captured_at}>{dateTime(row.captured_at)}</time>,
  file: { title: sheet.captured, value: (row) => new Date(row.captured_at), width: 20 },
};

export const camera: Column<{ camera_id: string }> = {
  key: "camera",
  title: titles.camera,
  cell: (row) => row.camera_id,
  file: { value: (row) => row.camera_id, width: 16 },
};

export const outcome: Column<{ outcome: Outcome }> = {
  key: "outcome",
  title: titles.outcome,
  cell: (row) => <OutcomeBadge outcome={row.outcome} />,
};

type Measure = "similarity" | "runner_up" | "threshold" | "liveness" | "quality";

/** One of the numbers behind a decision; a dash where it was not measured. */
const measure = <M extends Measure>(
  key: M,
  title: string,
  width: number,
): Column<Record<M, number | null>> => ({
  key,
  title,
  align: "number",
  cell: (row) => score(row[key], "–"),
  file: { value: (row) => row[key], width, format: NUMBER },
});

export const similarity = measure("similarity", titles.similarity, 12);
export const runnerUp = measure("runner_up", sheet.runnerUp, 18);
export const threshold = measure("threshold", sheet.threshold, 12);
export const liveness = measure("liveness", sheet.liveness, 12);
export const quality = measure("quality", sheet.quality, 12);

export const received: Column<{ received_at: string }> = {
  key: "received",
  title: sheet.received,
  cell: (row) => <time dateTime={row.received_at}>{dateTime(row.received_at)}</time>,
  file: { value: (row) => new Date(row.received_at), width: 20 },
};

export const model: Column<{ model: string }> = {
  key: "model",
  title: sheet.model,
  cell: (row) => row.model,
  file: { value: (row) => row.model, width: 28 },
};

export const recordId: Column<{ id: string }> = {
  key: "record",
  title: sheet.record,
  cell: (row) => row.id,
  file: { value: (row) => row.id, width: 38 },
};

/** The button that shows the numbers behind a row; `about` says to screen readers which row. */
export const details = <Row,>(about: (row: Row) => string, open: (row: Row) => void): Column<Row> => ({
  key: "details",
  title: titles.details,
  titleIn: "hidden",
  width: "tight",
  cell: (row) => (
    <button type="button" className="button plain small" onClick={() => open(row)}>
      {titles.details}
      <span className="visually-hidden"> {about(row)}</span>
    </button>
  ),
});

/** The Excel file of the log. */
export const SHEET: readonly Column<AttendanceRecord>[] = [
  captured,
  person,
  code,
  camera,
  similarity,
  runnerUp,
  threshold,
  liveness,
  quality,
  received,
  model,
  recordId,
];
