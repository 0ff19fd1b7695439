import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { fileColumns } from "./files";
import { type Column, Table, type TableProps } from "./table";

interface Row {
  id: string;
  count: number;
}

const COLUMNS: Column<Row>[] = [
  { key: "id", title: "Id", rowHeader: true, summary: "Total", cell: ({ id }) => id },
  {
    key: "count",
    title: "Count",
    align: "number",
    summary: 3,
    cell: ({ count }) => count,
    file: { title: "n", value: ({ count }) => count, width: 8 },
  },
  { key: "code", title: "Code", file: { value: ({ id }) => `#${id}` } },
  { key: "act", title: "Actions", titleIn: "hidden", width: "tight", cell: () => "Edit" },
];
const ROWS: Row[] = [
  { id: "a", count: 1 },
  { id: "b", count: 2 },
];
const markupOf = (more: Partial<TableProps<Row>> = {}) =>
  renderToStaticMarkup(
    createElement(Table<Row>, { columns: COLUMNS, rows: ROWS, rowKey: ({ id }) => id, ...more }),
  );
const markup = markupOf();

it("a row has one header cell, and labels for a phone where the title is not hidden", () => {
  expect(markup).toContain(
    `<tr><th scope="row">a</th><td class="number" data-label="Count">1</td><td class="tight">Edit</td></tr>`,
  );
});

it("a summary is a second row of the head", () => {
  expect(markup).toContain(
    `<tr><th scope="row">Total</th><td class="soft small-text">3</td><td class="soft small-text"></td></tr></thead>`,
  );
});

it("a column without a cell exists only in files, one without a file only on the page", () => {
  expect(markup).not.toContain("Code");
  expect(fileColumns(COLUMNS).map(({ title, value }) => [title, value(ROWS[0]!)])).toEqual([
    ["n", 1],
    ["Code", "#a"],
  ]);
});

it("only a named table can be scrolled by the keyboard", () => {
  expect(markup).not.toContain("tabindex");
  expect(markupOf({ label: "People" })).toContain(`tabindex="0" role="region" aria-label="People"`);
});
