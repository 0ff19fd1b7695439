import { expect, it } from "vitest";
import { LONGEST_GAP, PictureWatch } from "./picture-watch";

it("a camera whose pictures change is watching", () => {
  const watch = new PictureWatch(0);
  for (let now = 0; now < 60_000; now += 40) expect(watch.saw(now, now)).toBe(true);
  expect(watch.watching(60_000)).toBe(true);
  expect(watch.stalled(60_000)).toBe(false);
});

it("a camera that repeats one picture is not watching, however many frames it delivers", () => {
  const watch = new PictureWatch(0);
  watch.saw(0, 7);
  for (let now = 40; now <= LONGEST_GAP; now += 40) expect(watch.saw(now, 7)).toBe(false);
  expect(watch.watching(LONGEST_GAP)).toBe(true);
  expect(watch.watching(LONGEST_GAP + 40)).toBe(false);
  expect(watch.stalled(LONGEST_GAP + 40)).toBe(true);
});

it("a still scene that moves again in time was watched all along", () => {
  const watch = new PictureWatch(0);
  watch.saw(0, 7);
  watch.saw(4_000, 7);
  expect(watch.saw(4_040, 8)).toBe(true);
  expect(watch.watching(4_040)).toBe(true);
});

it("a camera that was opened again watches only when a new picture arrives", () => {
  const watch = new PictureWatch(0);
  watch.saw(0, 7);
  watch.opened(20_000);
  expect(watch.stalled(21_000)).toBe(false);
  expect(watch.watching(21_000)).toBe(false);
  expect(watch.saw(22_000, 7)).toBe(false);
  expect(watch.watching(22_000)).toBe(false);
  expect(watch.stalled(20_000 + LONGEST_GAP + 1)).toBe(true);
  watch.saw(26_000, 8);
  expect(watch.watching(26_000)).toBe(true);
});

it("a camera that never delivered a picture never watched", () => {
  const watch = new PictureWatch(0);
  expect(watch.watching(0)).toBe(false);
  expect(watch.stalled(LONGEST_GAP)).toBe(false);
  expect(watch.stalled(LONGEST_GAP + 1)).toBe(true);
});
