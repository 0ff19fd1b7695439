// Boxes, points and the transforms between them; src/vision/geometry.cpp is the same in C++.
import type { InputRecipe } from "./manifest";

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Eye centres (the image's left one first), nose tip, mouth corners. */
export type FivePoints = [Point, Point, Point, Point, Point];

export interface DetectedFace {
  /** Pixels of the image; may reach past its edge. */
  box: Box;
  /** 0..1 */
  score: number;
  points?: FivePoints;
}

/** Degrees; 0, 0, 0 looks into the camera. */
export interface HeadPose {
  yaw: number;
  pitch: number;
  roll: number;
}

/** Rows of a 2x3 matrix: x' = a x + b y + c, y' = d x + e y + f. */
export type Affine = [number, number, number, number, number, number];

/** Where the five points lie in the 112x112 crop that ArcFace-like embedders are trained on. */
export const ARCFACE_TEMPLATE: FivePoints = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

function centreOf(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

/** Least squares over rotation, one scale and shift; no reflection. */
export function similarityTransform(from: readonly Point[], to: readonly Point[]): Affine {
  if (from.length === 0 || from.length !== to.length)
    throw new Error("as many points from as to, at least one");
  const a = centreOf(from);
  const b = centreOf(to);
  // Points as complex numbers: the best factor is the sum of conj(from) * to over the sum of |from|^2.
  let real = 0;
  let imaginary = 0;
  let squares = 0;
  from.forEach((point, index) => {
    const target = to[index]!;
    const px = point.x - a.x;
    const py = point.y - a.y;
    const qx = target.x - b.x;
    const qy = target.y - b.y;
    real += px * qx + py * qy;
    imaginary += px * qy - py * qx;
    squares += px * px + py * py;
  });
  const c = squares < 1e-9 ? 1 : real / squares;
  const s = squares < 1e-9 ? 0 : imaginary / squares;
  return [c, -s, b.x - (c * a.x - s * a.y), s, c, b.y - (s * a.x + c * a.y)];
}

export function invert([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  const scale = determinant === 0 ? 0 : 1 / determinant;
  const ia = e * scale;
  const ib = -b * scale;
  const id = -d * scale;
  const ie = a * scale;
  return [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)];
}

export function areaShared(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const both = areaShared(a, b);
  const either = a.width * a.height + b.width * b.height - both;
  return either > 0 ? both / either : 0;
}

/** The best score first; of two boxes that overlap by more than `threshold` only the better one. */
export function suppressOverlapping(faces: readonly DetectedFace[], threshold: number): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score))
    if (!kept.some((other) => overlap(face.box, other.box) > threshold)) kept.push(face);
  return kept;
}

/** The part of the image around `box` that a model takes as input. */
export function cropRegion(box: Box, image: Size, input: InputRecipe): Box {
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  let { width, height } = box;
  if (input.square) width = height = Math.max(width, height);
  let factor = input.crop ?? 1;
  const inside = input.edge === "inside";
  if (inside) factor = Math.min(factor, image.width / width, image.height / height);
  width *= factor;
  height *= factor;
  let x = centre.x - width / 2;
  let y = centre.y - height / 2;
  if (inside) {
    x = Math.max(0, Math.min(x, image.width - width));
    y = Math.max(0, Math.min(y, image.height - height));
  }
  return { x, y, width, height };
}

/** From the 68 points of iBUG. */
export function fiveOf68(points: readonly Point[]): FivePoints {
  const mean = (...indices: number[]) => centreOf(indices.map((index) => points[index]!));
  return [mean(37, 38, 40, 41), mean(43, 44, 46, 47), points[30]!, mean(48, 60), mean(54, 64)];
}

/** From the five points alone, by a linear fit to the pose model's results; the same as in src/vision. */
export function estimatePose(points: FivePoints): HeadPose {
  const [left, right, nosePoint, mouthLeft, mouthRight] = points;
  const eyes = { x: right.x - left.x, y: right.y - left.y };
  const distance = Math.hypot(eyes.x, eyes.y);
  if (distance < 1) return { yaw: 0, pitch: 0, roll: 0 };
  const across = { x: eyes.x / distance, y: eyes.y / distance };
  const down = { x: -across.y, y: across.x };
  const dot = (a: Point, b: Point) => a.x * b.x + a.y * b.y;
  const between = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const mouth = {
    x: (mouthLeft.x + mouthRight.x) / 2 - between.x,
    y: (mouthLeft.y + mouthRight.y) / 2 - between.y,
  };
  const nose = { x: nosePoint.x - between.x, y: nosePoint.y - between.y };
  const height = Math.max(dot(mouth, down), 0.1 * distance);
  const aside = (dot(nose, across) - dot(mouth, across) / 2) / distance;
  return {
    yaw: -1.4 - 82 * aside,
    pitch: 21 - (59 * dot(nose, down)) / height,
    roll: (Math.atan2(eyes.y, eyes.x) * 180) / Math.PI,
  };
}
