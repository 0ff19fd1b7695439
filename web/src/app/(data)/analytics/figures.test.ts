import { expect, it } from "vitest";
import { denseBins, hoursOfDay, meanCoverage, totals } from "./figures";

const hour = (start: string, arrivals: number) => ({
  start,
  arrivals,
  marked: arrivals,
  cooldown: 2,
  unknown: 1,
  ambiguous: 0,
  spoof: 0,
  unproven: 0,
  coverage: 1,
});

it("adds up hours of several days by the viewer's hour", () => {
  const hours = [
    hour("2026-11-21T09:00:00", 3),
    hour("2026-11-22T09:00:00", 4),
    hour("2026-11-22T20:00:00", 1),
  ];
  const rows = hoursOfDay({ hours });
  expect(rows.find((row) => row.hour === 9)?.arrivals).toBe(7);
  expect(rows.at(-1)?.hour).toBe(20);
  expect(totals({ hours })).toMatchObject({ arrivals: 8, cooldown: 6, unknown: 3 });
});

it("claims no coverage where there is no camera", () => {
  expect(meanCoverage({ coverage: [] })).toBeNull();
  const camera = (fraction: number) => ({ camera_id: "a", intervals: [], fraction });
  expect(meanCoverage({ coverage: [camera(1), camera(0.5)] })).toBe(0.75);
});

it("shows gaps between bins, and the threshold's bin", () => {
  const bins = denseBins({
    similarity: {
      bin_width: 0.02,
      bins: [
        { from: 0.1, known: 0, unknown: 3 },
        { from: 0.7, known: 5, unknown: 0 },
      ],
      thresholds: [0.35],
    },
  });
  expect(bins.find(({ from }) => from === 0.34)).toEqual({ from: 0.34, known: 0, unknown: 0 });
  expect(bins.reduce((sum, { known, unknown }) => sum + known + unknown, 0)).toBe(8);
});
