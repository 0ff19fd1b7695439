// The table of every page. Columns are data: each says what the page shows of a row and what a file contains, so a table and
// its export share one list.
import type { ReactNode } from "react";

/** A cell of a file; null leaves it empty. */
export type FileValue = string | number | Date | null;

export interface Column<Row> {
  key: string;
  title: string;
  /** What the page shows of a row. A column without it exists only in files. */
  cell?: (row: Row) => ReactNode;
  /** Names the row: a header cell, read out with every other cell of the row. */
  rowHeader?: boolean;
  /** Numbers are aligned at their end. */
  align?: "number";
  /** "tight" is as narrow as its content, "strip" leaves room for a drawing of a day. */
  width?: "tight" | "strip";
  /** More classes for every cell of the column. */
  className?: string;
  /**
   * Where the title is shown. "everywhere" is the default: above the column, and in front of the value when a phone stacks
   * the cells. "head" leaves out the latter, "hidden" keeps it for screen readers.
   */
  titleIn?: "everywhere" | "head" | "hidden";
  /** Shown below the title. */
  scale?: ReactNode;
  /** Figures of the whole column, in a second row of the head; in the row header's column, their name. */
  summary?: ReactNode;
  /** What a file contains. `width` (in characters) and `format` (of numbers and times) apply to spreadsheets. */
  file?: {
    value: (row: Row) => FileValue;
    title?: string;
    width?: number;
    format?: string;
  };
}

export interface TableProps<Row> {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Names the part of the page that scrolls, and lets the keyboard reach it. */
  label?: string;
  /** "stack" turns each row into a block of its cells, "scroll" keeps the table and lets it scroll. */
  onPhone?: "stack" | "scroll";
  className?: string;
  /** Classes of the part that scrolls. */
  frameClassName?: string;
}

const classes = (...names: (string | false | undefined)[]) => names.filter(Boolean).join(" ") || undefined;

const classOf = <Row,>({ align, width, className }: Column<Row>) =>
  classes(align, width === "strip" ? "strip-cell" : width, className);

function Head<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column.key} scope="col" className={classOf(column)}>
            {column.titleIn === "hidden" ? (
              <span className="visually-hidden">{column.title}</span>
            ) : (
              column.title
            )}
            {column.scale}
          </th>
        ))}
      </tr>
      {columns.some(({ summary }) => summary !== undefined) && (
        <tr>
          {columns.map(({ key, rowHeader, summary }) =>
            rowHeader ? (
              <th key={key} scope="row">
                {summary}
              </th>
            ) : (
              <td key={key} className="soft small-text">
                {summary}
              </td>
            ),
          )}
        </tr>
      )}
    </thead>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const content = column.cell?.(row);
  if (column.rowHeader)
    return (
      <th scope="row" className={classOf(column)}>
        {content}
      </th>
    );
  const isLabelled = (column.titleIn ?? "everywhere") === "everywhere";
  return (
    <td className={classOf(column)} data-label={isLabelled ? column.title : undefined}>
      {content}
    </td>
  );
}

export function Table<Row>({
  columns,
  rows,
  rowKey,
  label,
  onPhone = "stack",
  className,
  frameClassName,
}: TableProps<Row>) {
  const shown = columns.filter(({ cell }) => cell !== undefined);
  const region = label === undefined ? {} : { tabIndex: 0, role: "region", "aria-label": label };
  return (
    <div className={classes("table-scroll", frameClassName)} {...region}>
      <table className={classes(onPhone === "stack" && "stack", className)}>
        <Head columns={shown} />
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {shown.map((column) => (
                <Cell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
