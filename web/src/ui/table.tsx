"use client";
// The table of every page. Columns are data: each says what the page shows of a row and what a file contains, so a table and
// its export share one list. Of a long one only the rows in view are in the page.
import {
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { RowHeights, type RowWindow } from "./virtual-rows";

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
  /** The last rows come into view: the place to load more of them. */
  onEnd?: () => void;
  /** A click anywhere on a row, for the mouse; a button in the row does the same for the keyboard. */
  onRow?: (row: Row) => void;
}

/** Longer tables draw only the rows in view. */
const MOST_DRAWN = 120;
/** Pixels, until the first rows have been drawn. */
const ROW_GUESS = 54;

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

/** The nearest element around that scrolls up and down by itself; undefined if the page does. */
function scrollerOf(element: HTMLElement): HTMLElement | undefined {
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight) return at;
  return undefined;
}

/** The rows to draw, for a body that is as long as `count` rows. All of them if they are few. */
function useRowWindow(body: RefObject<HTMLTableSectionElement | null>, count: number): RowWindow {
  const all = { first: 0, end: count, above: 0, below: 0 };
  const long = count > MOST_DRAWN;
  const [heights] = useState(() => new RowHeights(ROW_GUESS));
  const [drawn, setDrawn] = useState<RowWindow>({ ...all, end: Math.min(count, MOST_DRAWN) });

  useEffect(() => {
    if (!long) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      if (!body.current) return;
      const { top } = body.current.getBoundingClientRect();
      const scroller = scrollerOf(body.current);
      const view = scroller?.getBoundingClientRect() ?? { top: 0, bottom: window.innerHeight };
      const next = heights.window(count, view.top - top, view.bottom - top);
      setDrawn((before) => (sameWindow(before, next) ? before : next));
    };
    const later = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    // Scrolling does not bubble; the capture phase sees that of every element.
    document.addEventListener("scroll", later, { passive: true, capture: true });
    window.addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener("scroll", later, { capture: true });
      window.removeEventListener("resize", later);
    };
  }, [body, count, heights, long]);

  useLayoutEffect(() => {
    if (!long) return;
    for (const row of body.current?.rows ?? [])
      if (row.dataset.index) heights.set(Number(row.dataset.index), row.getBoundingClientRect().height);
  }, [body, drawn, heights, long]);
  return long ? drawn : all;
}

/** The click is on a button or link of its own, or ends a selection of text. */
const isOnControl = ({ target }: MouseEvent) =>
  (target as Element).closest("a, button, input, select") !== null || window.getSelection()?.type === "Range";

const sameWindow = (a: RowWindow, b: RowWindow) =>
  a.first === b.first && a.end === b.end && a.above === b.above && a.below === b.below;

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className="gap" aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
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
  onEnd,
  onRow,
}: TableProps<Row>) {
  const shown = columns.filter(({ cell }) => cell !== undefined);
  const region = label === undefined ? {} : { tabIndex: 0, role: "region", "aria-label": label };
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, end, above, below } = useRowWindow(body, rows.length);
  const complete = first === 0 && end >= rows.length;
  const atEnd = rows.length > MOST_DRAWN && end >= rows.length;
  useEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, onEnd]);
  return (
    <div className={classes("table-scroll", frameClassName)} {...region}>
      <table
        className={classes(onPhone === "stack" && "stack", className)}
        aria-rowcount={complete ? undefined : rows.length + 1}
      >
        <Head columns={shown} />
        <tbody ref={body}>
          <Gap height={above} columns={shown.length} />
          {rows.slice(first, end).map((row, offset) => (
            <tr
              key={rowKey(row)}
              className={onRow && "opens"}
              onClick={onRow && ((event) => isOnControl(event) || onRow(row))}
              data-index={complete ? undefined : first + offset}
              aria-rowindex={complete ? undefined : first + offset + 2}
            >
              {shown.map((column) => (
                <Cell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
          <Gap height={below} columns={shown.length} />
        </tbody>
      </table>
    </div>
  );
}
