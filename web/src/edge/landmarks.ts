// How landmarks are refined and compared. src/vision/landmarks.h is the same in C++; tests/traces/landmarks.json holds both to
// the same results.
import { type Box, type FivePoints, type Point } from "./geometry";

/** The sizes of the boxes for the runs of FaceEngine.refine(), relative to faceBox(). */
export const REFINEMENT_SCALES = [0.92, 1, 1.08] as const;

/** How far a second model lies from the points if it sees no face in the box. */
export const NO_FACE_THERE = 1;

/** Points that coincide have no scale; a pixel keeps the quotients finite, and far above every limit. */
const LEAST_EYE_DISTANCE = 1;

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Between the eyes' centres, pixels. */
export const eyeDistance = (points: FivePoints): number => distance(points[0], points[1]);

const scaleOf = (points: FivePoints): number => Math.max(eyeDistance(points), LEAST_EYE_DISTANCE);

/**
 * The square box for another run on the face with these 68 points, `scale` times as large. The C++ header says where the
 * proportions come from.
 */
export function faceBox(points: readonly Point[], scale: number): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const longer = Math.max(right - left, bottom - top);
  const side = 1.3 * longer * scale;
  const centre = { x: (left + right) / 2, y: (top + bottom) / 2 - 0.1 * longer };
  return { x: centre.x - side / 2, y: centre.y - side / 2, width: side, height: side };
}

/** The mean of each point over the runs, of which there is at least one. */
export function meanPoints<Points extends readonly Point[]>(runs: readonly Points[]): Points {
  const mean = runs[0]!.map((_, i) => ({
    x: runs.reduce((sum, run) => sum + run[i]!.x, 0) / runs.length,
    y: runs.reduce((sum, run) => sum + run[i]!.y, 0) / runs.length,
  }));
  return mean as unknown as Points;
}

/** The largest distance between two runs' positions of any point, in eye distances of the mean points. */
export function spread(runs: readonly FivePoints[]): number {
  let largest = 0;
  for (const [a, run] of runs.entries())
    for (const other of runs.slice(a + 1))
      run.forEach((point, i) => (largest = Math.max(largest, distance(point, other[i]!))));
  return runs.length === 0 ? 0 : largest / scaleOf(meanPoints(runs));
}

/** The mean distance between two models' points, in eye distances of `points`. */
export function disagreement(points: FivePoints, other: FivePoints): number {
  const sum = points.reduce((total, point, i) => total + distance(point, other[i]!), 0);
  return sum / points.length / scaleOf(points);
}
