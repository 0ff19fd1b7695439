import { describe, expect, it } from "vitest";
import {
  ARCFACE_TEMPLATE,
  cropRegion,
  estimatePose,
  fiveOf68,
  invert,
  overlap,
  similarityTransform,
  suppressOverlapping,
} from "./geometry";
import type { InputRecipe } from "./manifest";

const recipe = (change: Partial<InputRecipe>): InputRecipe => ({
  width: 64,
  height: 64,
  colour: "rgb",
  mean: [0],
  scale: [1],
  ...change,
});

describe("similarityTransform", () => {
  it("finds a rotation, a scale and a shift exactly", () => {
    const [a, b] = [0.8, 0.6];
    const moved = ARCFACE_TEMPLATE.map(({ x, y }) => ({
      x: 2 * (a * x - b * y) + 7,
      y: 2 * (b * x + a * y) - 3,
    }));
    const found = similarityTransform(ARCFACE_TEMPLATE, moved);
    [1.6, -1.2, 7, 1.2, 1.6, -3].forEach((value, index) => expect(found[index]).toBeCloseTo(value, 6));
  });

  it("is undone by its inverse", () => {
    const matrix = similarityTransform(
      ARCFACE_TEMPLATE,
      ARCFACE_TEMPLATE.map(({ x, y }) => ({ x: y, y: -x })),
    );
    const back = invert(matrix);
    const there = {
      x: matrix[0] * 5 + matrix[1] * 9 + matrix[2],
      y: matrix[3] * 5 + matrix[4] * 9 + matrix[5],
    };
    expect(back[0] * there.x + back[1] * there.y + back[2]).toBeCloseTo(5, 6);
    expect(back[3] * there.x + back[4] * there.y + back[5]).toBeCloseTo(9, 6);
  });

  it("does not fail on points in one place", () => {
    const points = Array.from({ length: 5 }, () => ({ x: 4, y: 4 }));
    expect(similarityTransform(points, ARCFACE_TEMPLATE).every(Number.isFinite)).toBe(true);
  });
});

describe("boxes", () => {
  it("share what they share", () => {
    const box = { x: 0, y: 0, width: 10, height: 10 };
    expect(overlap(box, { ...box, x: 5 })).toBeCloseTo(1 / 3);
    expect(overlap(box, { ...box, x: 20 })).toBe(0);
  });

  it("that overlap leave the better one", () => {
    const box = { x: 0, y: 0, width: 10, height: 10 };
    const faces = [
      { box, score: 0.8 },
      { box: { ...box, x: 1 }, score: 0.9 },
      { box: { ...box, x: 40 }, score: 0.7 },
    ];
    expect(suppressOverlapping(faces, 0.3).map(({ score }) => score)).toEqual([0.9, 0.7]);
  });

  it("grow round their centre, or stay inside where the recipe says so", () => {
    const image = { width: 100, height: 100 };
    const box = { x: 80, y: 10, width: 10, height: 20 };
    expect(cropRegion(box, image, recipe({ crop: 1, square: true }))).toEqual({
      x: 75,
      y: 10,
      width: 20,
      height: 20,
    });
    const inside = cropRegion(box, image, recipe({ crop: 2.7, edge: "inside" }));
    expect(inside.x + inside.width).toBeLessThanOrEqual(100);
    expect(inside.y).toBeGreaterThanOrEqual(0);
  });
});

it("fiveOf68 takes the eyes' middles, the nose's tip and the mouth's corners", () => {
  const points = Array.from({ length: 68 }, (_, index) => ({ x: index, y: 2 * index }));
  expect(fiveOf68(points).map(({ x }) => x)).toEqual([39, 45, 30, 54, 59]);
});

it("estimatePose sees a head that turns and one that tilts", () => {
  const [left, right, nose, mouthLeft, mouthRight] = ARCFACE_TEMPLATE;
  const straight = estimatePose(ARCFACE_TEMPLATE);
  const turned = estimatePose([left, right, { x: nose.x + 12, y: nose.y }, mouthLeft, mouthRight]);
  expect(Math.abs(straight.yaw)).toBeLessThan(5);
  expect(Math.abs(turned.yaw)).toBeGreaterThan(20);
  const tilted = estimatePose([left, { x: right.x, y: right.y + 35 }, nose, mouthLeft, mouthRight]);
  expect(tilted.roll).toBeGreaterThan(40);
});
