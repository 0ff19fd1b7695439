import { describe, expect, it } from "vitest";
import { FROZEN_AFTER, LONGEST_GAP, PictureWatch } from "./picture-watch";

const FRAME = 40;

describe("a camera", () => {
  it("whose pictures change is watching", () => {
    const watch = new PictureWatch(0);
    expect(watch.saw(0, 0)).toBe("new");
    for (let now = FRAME; now < 120_000; now += FRAME) expect(watch.saw(now, now)).toBe("continued");
    expect(watch.watching(120_000)).toBe(true);
    expect(watch.stalled(120_000)).toBe(false);
  });

  it("that repeats one picture is frozen, however many frames it delivers", () => {
    const watch = new PictureWatch(0);
    watch.saw(0, 7);
    let now = FRAME;
    for (; now <= FROZEN_AFTER; now += FRAME) expect(watch.saw(now, 7)).toBe("repeated");
    expect(watch.watching(FROZEN_AFTER)).toBe(true);
    expect(watch.watching(now)).toBe(false);
    expect(watch.stalled(now)).toBe(true);
    // What it repeated was not watched.
    expect(watch.saw(now, 8)).toBe("new");
    expect(watch.watching(now)).toBe(true);
  });

  it("whose scene stood still for a while watched all along", () => {
    const watch = new PictureWatch(0);
    watch.saw(0, 7);
    for (let now = FRAME; now < 30_000; now += FRAME) watch.saw(now, 7);
    expect(watch.saw(30_000, 8)).toBe("continued");
  });

  it("that delivers no frames stalls soon, and watches again from its next picture on", () => {
    const watch = new PictureWatch(0);
    watch.saw(0, 7);
    expect(watch.stalled(LONGEST_GAP)).toBe(false);
    expect(watch.stalled(LONGEST_GAP + 1)).toBe(true);
    expect(watch.watching(LONGEST_GAP + 1)).toBe(false);
    expect(watch.saw(LONGEST_GAP + 1, 8)).toBe("new");
  });

  it("that was opened again watches only when a new picture arrives", () => {
    const watch = new PictureWatch(0);
    watch.saw(0, 7);
    watch.opened(20_000);
    expect(watch.stalled(21_000)).toBe(false);
    expect(watch.watching(21_000)).toBe(false);
    expect(watch.saw(22_000, 7)).toBe("repeated");
    expect(watch.watching(22_000)).toBe(false);
    expect(watch.saw(23_000, 8)).toBe("new");
    expect(watch.watching(23_000)).toBe(true);
  });

  it("that never delivered a picture never watched", () => {
    const watch = new PictureWatch(0);
    expect(watch.watching(0)).toBe(false);
    expect(watch.stalled(LONGEST_GAP)).toBe(false);
    expect(watch.stalled(LONGEST_GAP + 1)).toBe(true);
  });
});
