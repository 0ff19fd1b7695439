// Is a face good enough to be enrolled or recognised? src/vision/quality.cpp is the same in C++; tests/traces/quality.json
// holds both to the same results.
import { areaShared, type Box, type HeadPose, type Size } from "./geometry";
import { grey, type Image } from "./pixels";

export type QualityProblem =
  "too_small" | "too_dark" | "too_bright" | "blurred" | "turned_away" | "outside_frame" | "eyes_hidden";

export interface FaceMeasures {
  /** The detector's. */
  score: number;
  /** Shorter side of the box, pixels. */
  size: number;
  /** Mean grey of the aligned face, 0..255. */
  brightness: number;
  /** Variance of the Laplacian of the aligned face. */
  sharpness: number;
  /** 0..1, the share of the box that is not in the image. */
  outside: number;
  eyesShut: boolean;
  pose: HeadPose;
}

export interface FaceQuality {
  size: number;
  brightness: number;
  sharpness: number;
  pose: HeadPose;
  /** 0..1; what is sent as `quality`. */
  overall: number;
  problems: QualityProblem[];
}

export interface QualityLimits {
  minSize: number;
  minBrightness: number;
  maxBrightness: number;
  minSharpness: number;
  maxYaw: number;
  maxPitch: number;
}

export const ENROLMENT_LIMITS: QualityLimits = {
  minSize: 60,
  minBrightness: 40,
  maxBrightness: 225,
  minSharpness: 20,
  maxYaw: 45,
  maxPitch: 35,
};

/** For a camera that recognises: wider, since a person who walks past does not try again. */
export const CAMERA_LIMITS: QualityLimits = {
  minSize: 48,
  minBrightness: 35,
  maxBrightness: 235,
  minSharpness: 12,
  maxYaw: 50,
  maxPitch: 40,
};

const MOST_OUTSIDE = 0.1;

/** cv::Laplacian with its 3x3 kernel and BORDER_REFLECT_101, then the variance. */
export function laplacianVariance(values: Uint8Array, width: number, height: number): number {
  const reflect = (i: number, size: number) => (i < 0 ? -i : i >= size ? 2 * size - 2 - i : i);
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < height; ++y) {
    const above = reflect(y - 1, height) * width;
    const below = reflect(y + 1, height) * width;
    for (let x = 0; x < width; ++x) {
      const row = y * width;
      const value =
        values[above + x]! +
        values[below + x]! +
        values[row + reflect(x - 1, width)]! +
        values[row + reflect(x + 1, width)]! -
        4 * values[row + x]!;
      sum += value;
      squares += value * value;
    }
  }
  const count = width * height;
  const mean = sum / count;
  return squares / count - mean * mean;
}

/** The measures that come from pixels. */
export function measure(
  box: Box,
  image: Size,
  aligned: Image,
): Pick<FaceMeasures, "size" | "brightness" | "sharpness" | "outside"> {
  const area = box.width * box.height;
  const values = grey(aligned);
  let sum = 0;
  for (const value of values) sum += value;
  return {
    size: Math.min(box.width, box.height),
    outside:
      area > 0 ? 1 - areaShared(box, { x: 0, y: 0, width: image.width, height: image.height }) / area : 1,
    brightness: sum / values.length,
    sharpness: laplacianVariance(values, aligned.width, aligned.height),
  };
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

// One number to rank a track's frames; by fixed limits, so that it means the same everywhere.
function overallScore(measures: FaceMeasures): number {
  const usual = ENROLMENT_LIMITS;
  const turned = Math.max(
    Math.abs(measures.pose.yaw) / usual.maxYaw,
    Math.abs(measures.pose.pitch) / usual.maxPitch,
  );
  const middle = (usual.maxBrightness + usual.minBrightness) / 2;
  const reach = (usual.maxBrightness - usual.minBrightness) / 2;
  const offMiddle = Math.abs(measures.brightness - middle) / reach;
  const product =
    clamp(measures.size / (2 * usual.minSize), 0, 1) *
    clamp(measures.sharpness / (4 * usual.minSharpness), 0, 1) *
    clamp(1.5 - offMiddle, 0, 1) *
    clamp(1 - turned / 2, 0, 1) *
    (1 - measures.outside) *
    (measures.eyesShut ? 0.25 : 1);
  return clamp(Math.sqrt(product) * measures.score, 0, 1);
}

export function judge(measures: FaceMeasures, limits: QualityLimits): FaceQuality {
  const problems: QualityProblem[] = [];
  const unless = (good: boolean, problem: QualityProblem) => {
    if (!good) problems.push(problem);
  };
  unless(measures.size >= limits.minSize, "too_small");
  unless(measures.brightness >= limits.minBrightness, "too_dark");
  unless(measures.brightness <= limits.maxBrightness, "too_bright");
  unless(measures.sharpness >= limits.minSharpness, "blurred");
  unless(
    Math.abs(measures.pose.yaw) <= limits.maxYaw && Math.abs(measures.pose.pitch) <= limits.maxPitch,
    "turned_away",
  );
  unless(measures.outside <= MOST_OUTSIDE, "outside_frame");
  unless(!measures.eyesShut, "eyes_hidden");
  return {
    size: measures.size,
    brightness: measures.brightness,
    sharpness: measures.sharpness,
    pose: measures.pose,
    overall: overallScore(measures),
    problems,
  };
}
