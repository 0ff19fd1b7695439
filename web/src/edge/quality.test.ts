import { expect, it } from "vitest";
import { ENROLMENT_LIMITS, type FaceMeasures, judge, laplacianVariance, measure } from "./quality";

const GOOD: FaceMeasures = {
  score: 1,
  size: 150,
  brightness: 132,
  sharpness: 100,
  outside: 0,
  eyesShut: false,
  pose: { yaw: 0, pitch: 0, roll: 0 },
};

it("a large, sharp, straight face in good light is perfect", () => {
  expect(judge(GOOD, ENROLMENT_LIMITS)).toMatchObject({ overall: 1, problems: [] });
});

it.each([
  ["too_small", { size: 59 }],
  ["too_dark", { brightness: 39 }],
  ["too_bright", { brightness: 226 }],
  ["blurred", { sharpness: 19 }],
  ["turned_away", { pose: { yaw: -46, pitch: 0, roll: 0 } }],
  ["turned_away", { pose: { yaw: 0, pitch: 36, roll: 0 } }],
  ["outside_frame", { outside: 0.11 }],
  ["eyes_hidden", { eyesShut: true }],
] as const)("%s is said, and the face counts less", (problem, change) => {
  const quality = judge({ ...GOOD, ...change }, ENROLMENT_LIMITS);
  expect(quality.problems).toEqual([problem]);
  expect(quality.overall).toBeLessThan(1);
});

it("sharpness is the variance of cv::Laplacian", () => {
  // A checkerboard: the Laplacian is +-4 x 200 everywhere, its border reflected.
  const board = Uint8Array.from({ length: 36 }, (_, i) => (((i % 6) + Math.floor(i / 6)) % 2) * 200);
  expect(laplacianVariance(board, 6, 6)).toBeCloseTo(640_000);
  expect(laplacianVariance(new Uint8Array(36).fill(9), 6, 6)).toBe(0);
});

it("a box half outside the image is half outside", () => {
  const aligned = { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(100) };
  const measures = measure({ x: -50, y: 0, width: 100, height: 80 }, { width: 640, height: 480 }, aligned);
  expect(measures).toMatchObject({ size: 80, brightness: 100 });
  expect(measures.outside).toBeCloseTo(0.5);
});
