// Detector outputs to boxes in pixels of their input; src/vision/detection.cpp is the same in C++.
import type { DetectedFace, FivePoints, Size } from "./geometry";

export interface Output {
  dims: readonly number[];
  data: Float32Array;
}

/** UltraFace: scores of background and face for each cell, and corners in 0..1. */
export function decodeUltraface(
  scores: Float32Array,
  boxes: Float32Array,
  input: Size,
  minScore: number,
): DetectedFace[] {
  const faces: DetectedFace[] = [];
  for (let i = 0; i * 2 + 1 < scores.length; ++i) {
    const score = scores[i * 2 + 1]!;
    if (!(score > minScore)) continue;
    const x = boxes[i * 4]! * input.width;
    const y = boxes[i * 4 + 1]! * input.height;
    const right = boxes[i * 4 + 2]! * input.width;
    const bottom = boxes[i * 4 + 3]! * input.height;
    if (right > x && bottom > y) faces.push({ box: { x, y, width: right - x, height: bottom - y }, score });
  }
  return faces;
}

/** SCRFD with five points: for each stride, outputs with rows of 1, 4 and 10 numbers. */
export function decodeScrfd(outputs: readonly Output[], input: Size, minScore: number): DetectedFace[] {
  const levels = new Map<number, Map<number, Float32Array>>();
  for (const { dims, data } of outputs) {
    const rows = dims.at(-2) ?? 0;
    const level = levels.get(rows) ?? new Map<number, Float32Array>();
    level.set(dims.at(-1) ?? 0, data);
    levels.set(rows, level);
  }
  const faces: DetectedFace[] = [];
  for (const [rows, level] of levels) {
    const scores = level.get(1);
    const boxes = level.get(4);
    const points = level.get(10);
    const shape = [2, 1]
      .flatMap((anchors) => [8, 16, 32, 64, 128].map((stride) => ({ anchors, stride })))
      .find(
        ({ anchors, stride }) =>
          rows === Math.floor(input.width / stride) * Math.floor(input.height / stride) * anchors,
      );
    if (!scores || !boxes || !points || !shape)
      throw new Error("the detector's outputs are not those of an SCRFD model with five points");
    const columns = Math.floor(input.width / shape.stride);
    for (let i = 0; i < scores.length; ++i) {
      const score = scores[i]!;
      if (!(score > minScore)) continue;
      const cell = Math.floor(i / shape.anchors);
      const atX = (cell % columns) * shape.stride;
      const atY = Math.floor(cell / columns) * shape.stride;
      const reach = (side: number) => boxes[i * 4 + side]! * shape.stride;
      const box = {
        x: atX - reach(0),
        y: atY - reach(1),
        width: reach(0) + reach(2),
        height: reach(1) + reach(3),
      };
      if (!(box.width > 0 && box.height > 0)) continue;
      const point = (p: number) => ({
        x: atX + points[i * 10 + p * 2]! * shape.stride,
        y: atY + points[i * 10 + p * 2 + 1]! * shape.stride,
      });
      faces.push({ box, score, points: [0, 1, 2, 3, 4].map(point) as FivePoints });
    }
  }
  return faces;
}
