import { expect, it } from "vitest";
import { ENROLMENT_LIMITS, type FaceMeasures, judge, laplacianVariance, measure } from "./quality";

const GOOD: FaceMeasures = {
  score: 1,
  size: 150,
  exposure: { brightness: 132, contrast: 120, black: 0, white: 0, picture: 110 },
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
  ["too_dark", { exposure: { ...GOOD.exposure, brightness: 25, contrast: 31, picture: 20 } }],
  ["too_bright", { exposure: { ...GOOD.exposure, brightness: 200, contrast: 20 } }],
  ["blurred", { sharpness: 19 }],
  ["turned_away", { pose: { yaw: -46, pitch: 0, roll: 0 } }],
  ["turned_away", { pose: { yaw: 0, pitch: 36, roll: 0 } }],
  ["outside_frame", { outside: 0.11 }],
  ["eyes_hidden", { eyesShut: true }],
] as const)("%s is said, and the face counts less", (problem, change: Partial<FaceMeasures>) => {
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

it("landmarks that cannot be trusted are said", () => {
  const problems = (change: Partial<FaceMeasures>) =>
    judge({ ...GOOD, ...change }, ENROLMENT_LIMITS).problems;
  expect(problems({ disagreement: 0.119, secondDisagreement: 0.149 })).toEqual([]);
  expect(problems({ disagreement: 0.121 })).toEqual(["landmarks_uncertain"]);
  expect(problems({ secondDisagreement: 1 })).toEqual(["landmarks_uncertain"]);
  expect(problems({ disagreement: NaN })).toEqual(["landmarks_uncertain"]);
});

it("a box half outside the image is half outside", () => {
  const grey = (width: number, height: number, value: number) => ({
    width,
    height,
    data: new Uint8ClampedArray(width * height * 4).fill(value),
  });
  const box = { x: -50, y: 0, width: 100, height: 80 };
  const measures = measure(box, grey(640, 480, 90), grey(112, 112, 100));
  expect(measures.size).toBe(80);
  expect(measures.exposure).toEqual({ brightness: 100, contrast: 0, black: 0, white: 0, picture: 90 });
  expect(measures.outside).toBeCloseTo(0.5);
});
