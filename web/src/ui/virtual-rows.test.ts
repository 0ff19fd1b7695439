import { expect, it } from "vitest";
import { RowHeights } from "./virtual-rows";

it("only the rows around what is in view are drawn, and the rest keeps its height", () => {
  const heights = new RowHeights(50);
  const { first, end, above, below } = heights.window(5_000, 100_000, 100_800);
  expect(end - first).toBeLessThan(50);
  expect(first * 50).toBe(above);
  expect(above + (end - first) * 50 + below).toBe(5_000 * 50);
  expect(heights.window(5_000, 0, 800)).toMatchObject({ first: 0, above: 0 });
  expect(heights.window(5_000, 249_200, 250_000)).toMatchObject({ end: 5_000, below: 0 });
});

it("a row that wraps counts with its own height", () => {
  const heights = new RowHeights(50);
  for (let i = 0; i < 10; ++i) heights.set(i, 100);
  expect(heights.set(0, 100)).toBe(false);
  expect(heights.window(100, 5_000, 5_500).above % 100).toBe(0);
});

it("a view below the last row shows the last one", () => {
  const { first, end, below } = new RowHeights(50).window(10, 90_000, 91_000);
  expect(first).toBeLessThan(end);
  expect([end, below]).toEqual([10, 0]);
});
