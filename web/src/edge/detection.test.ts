import { expect, it } from "vitest";
import { decodeScrfd, decodeUltraface } from "./detection";

it("UltraFace's corners become boxes of those above the score", () => {
  const scores = new Float32Array([0.9, 0.1, 0.2, 0.8, 0.3, 0.7]);
  const boxes = new Float32Array([0, 0, 1, 1, 0.25, 0.5, 0.5, 1, 0.6, 0.6, 0.4, 0.9]);
  const faces = decodeUltraface(scores, boxes, { width: 320, height: 240 }, 0.5);
  // The last one's corners are the wrong way round.
  expect(faces).toHaveLength(1);
  expect(faces[0]!.box).toEqual({ x: 80, y: 120, width: 80, height: 120 });
});

it("SCRFD's distances become a box and five points", () => {
  const rows = 2 * 2 * 2; // a 16x16 input at stride 8, two anchors a cell
  const scores = new Float32Array(rows);
  scores[6] = 0.9; // the second row's second cell, first anchor
  const boxes = new Float32Array(rows * 4).fill(1);
  const points = new Float32Array(rows * 10).fill(0.5);
  const faces = decodeScrfd(
    [
      { dims: [1, rows, 10], data: points },
      { dims: [1, rows, 1], data: scores },
      { dims: [1, rows, 4], data: boxes },
    ],
    { width: 16, height: 16 },
    0.5,
  );
  expect(faces).toHaveLength(1);
  expect(faces[0]!.box).toEqual({ x: 0, y: 0, width: 16, height: 16 });
  expect(faces[0]!.points?.[0]).toEqual({ x: 12, y: 12 });
});

it("outputs of another detector are refused", () => {
  const data = new Float32Array(7);
  expect(() => decodeScrfd([{ dims: [1, 7, 1], data }], { width: 16, height: 16 }, 0.5)).toThrow(/SCRFD/);
});
