import { expect, it } from "vitest";
import { measureOf } from "./calibration";

it("a calibrated threshold applies to the score, any other to the similarity", () => {
  const numbers = { similarity: 0.54, score: 0.31, threshold: 0.28 };
  expect(measureOf({ ...numbers, threshold_source: "calibrated" })).toBe(0.31);
  expect(measureOf({ ...numbers, threshold_source: "pack" })).toBe(0.54);
  expect(measureOf({ ...numbers, threshold_source: null })).toBe(0.54);
  expect(
    measureOf({ similarity: null, threshold: 0.28, score: null, threshold_source: "calibrated" }),
  ).toBeNull();
});
