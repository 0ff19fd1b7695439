import { expect, it, vi } from "vitest";
import { all, TooMany } from "./client";

/** A list of `count` numbers in pages of ten. */
const list = (count: number) =>
  vi.fn((cursor: string | undefined) => {
    const from = Number(cursor ?? 0);
    const to = Math.min(from + 10, count);
    const items = Array.from({ length: to - from }, (_, i) => from + i);
    return Promise.resolve({ items, next_cursor: to < count ? String(to) : null });
  });

it("fetches a list to its end, however long it is", async () => {
  const counts: number[] = [];
  const items = await all(list(6_003), { progress: (count) => counts.push(count) });
  expect(items).toEqual(Array.from({ length: 6_003 }, (_, i) => i));
  expect(counts.at(0)).toBe(10);
  expect(counts.at(-1)).toBe(6_003);
});

it("an empty list is one page", async () => {
  const page = list(0);
  expect(await all(page)).toEqual([]);
  expect(page).toHaveBeenCalledTimes(1);
});

it("says that a list is too long instead of cutting it off, without fetching the rest", async () => {
  const page = list(1_000);
  await expect(all(page, { most: 25 })).rejects.toThrow(TooMany);
  expect(page).toHaveBeenCalledTimes(3);
  expect(await all(list(25), { most: 25 })).toHaveLength(25);
});
