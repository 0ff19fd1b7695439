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

/** One level of YuNet: a cell every `stride` pixels. Values are in strides; src/vision/detection.h says more. */
export interface YunetLevel {
  stride: number;
  /** Two probabilities for each cell; their geometric mean counts. */
  scores: readonly [Float32Array, Float32Array];
  /** Offset of the centre, logarithms of width and height. */
  boxes: Float32Array;
  points: Float32Array;
}

export function decodeYunetLevel(level: YunetLevel, input: Size, minScore: number): DetectedFace[] {
  const { stride, boxes, points } = level;
  const columns = Math.floor(input.width / stride);
  const faces: DetectedFace[] = [];
  for (let i = 0; i < level.scores[0].length; ++i) {
    const product = level.scores[0][i]! * level.scores[1][i]!;
    if (!(product > minScore * minScore)) continue;
    const cellX = i % columns;
    const cellY = Math.floor(i / columns);
    const width = Math.exp(boxes[i * 4 + 2]!) * stride;
    const height = Math.exp(boxes[i * 4 + 3]!) * stride;
    if (!Number.isFinite(width) || !Number.isFinite(height)) continue;
    const x = (cellX + boxes[i * 4]!) * stride - width / 2;
    const y = (cellY + boxes[i * 4 + 1]!) * stride - height / 2;
    const point = (p: number) => ({
      x: (cellX + points[i * 10 + p * 2]!) * stride,
      y: (cellY + points[i * 10 + p * 2 + 1]!) * stride,
    });
    faces.push({
      box: { x, y, width, height },
      score: Math.min(Math.sqrt(product), 1),
      points: [0, 1, 2, 3, 4].map(point) as FivePoints,
    });
  }
  return faces;
}

/** YuNet with five points: for each stride, two outputs with rows of 1 number, one of 4 and one of 10. */
export function decodeYunet(outputs: readonly Output[], input: Size, minScore: number): DetectedFace[] {
  const faces: DetectedFace[] = [];
  let used = 0;
  for (const stride of [32, 16, 8]) {
    const rows = Math.floor(input.width / stride) * Math.floor(input.height / stride);
    const level = outputs.filter(({ dims }) => dims.at(-2) === rows);
    const of = (width: number) => level.filter(({ dims }) => dims.at(-1) === width).map(({ data }) => data);
    const [first, second] = of(1);
    const [boxes] = of(4);
    const [points] = of(10);
    if (!first || !second || !boxes || !points || level.length !== 4) continue;
    used += level.length;
    faces.push(...decodeYunetLevel({ stride, scores: [first, second], boxes, points }, input, minScore));
  }
  if (used !== outputs.length || used === 0)
    throw new Error("the model's outputs are not those of a YuNet model with five points");
  return faces;
}
