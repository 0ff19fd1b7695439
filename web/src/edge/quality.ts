// Is a face good enough to be enrolled or recognised? src/vision/quality.cpp is the same in C++; tests/traces/quality.json
// holds both to the same results.
import type { Landmarks } from "./engine";
import { areaShared, type Box, type HeadPose } from "./geometry";
import { grey, greyOf, type Image } from "./pixels";

export type QualityProblem =
  | "too_small"
  | "too_dark"
  | "too_bright"
  | "blurred"
  | "turned_away"
  | "outside_frame"
  | "eyes_hidden"
  | "landmarks_uncertain";

/**
 * How the inner face (eyes to chin, without hair and background) is exposed. A mean grey would say how light the skin is; what
 * matters is how much of the face's detail the picture holds.
 */
export interface FaceExposure {
  /** Mean grey of the face, 0..255. */
  brightness: number;
  /** Grey levels between its 5th and its 95th percentile. */
  contrast: number;
  /** Share of its pixels without detail at the dark end, */
  black: number;
  /** and at the bright end. */
  white: number;
  /** Mean grey of the whole picture, which tells shade from darkness. */
  picture: number;
}

export interface FaceMeasures {
  /** The detector's. */
  score: number;
  /** Shorter side of the box, pixels. */
  size: number;
  exposure: FaceExposure;
  /** Variance of the Laplacian of the aligned face. */
  sharpness: number;
  /** 0..1, the share of the box that is not in the image. */
  outside: number;
  eyesShut: boolean;
  pose: HeadPose;
  /** As in Landmarks. */
  disagreement?: number;
  secondDisagreement?: number;
}

export interface FaceQuality {
  size: number;
  brightness: number;
  contrast: number;
  sharpness: number;
  pose: HeadPose;
  /** 0..1; what is sent as `quality`. */
  overall: number;
  problems: QualityProblem[];
}

export interface QualityLimits {
  minSize: number;
  /** Grey levels in which the face is drawn. */
  minContrast: number;
  /** Share of the face that is black, or white. */
  maxClipped: number;
  minSharpness: number;
  maxYaw: number;
  maxPitch: number;
  /** In eye distances. */
  maxDisagreement: number;
  maxSecondDisagreement: number;
}

export const ENROLMENT_LIMITS: QualityLimits = {
  minSize: 60,
  minContrast: 32,
  maxClipped: 0.35,
  minSharpness: 20,
  maxYaw: 45,
  maxPitch: 35,
  maxDisagreement: 0.12,
  maxSecondDisagreement: 0.15,
};

/** For a camera that recognises: wider, since a person who walks past does not try again. */
export const CAMERA_LIMITS: QualityLimits = {
  minSize: 48,
  minContrast: 24,
  maxClipped: 0.5,
  minSharpness: 12,
  maxYaw: 50,
  maxPitch: 40,
  maxDisagreement: 0.12,
  maxSecondDisagreement: 0.15,
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

/** Eyes to chin in the 112x112 crop, inside the cheeks. */
const INNER: Box = { x: 24, y: 32, width: 64, height: 68 };
const BLACK = 8;
const WHITE = 250;
const ENDS = 0.05;
/** The picture is sampled at so many places a side. */
const PLACES = 64;

export function measureExposure(image: Image, aligned: Image): FaceExposure {
  const values = grey(aligned);
  const counts = new Array<number>(256).fill(0);
  let sum = 0;
  for (let y = INNER.y; y < INNER.y + INNER.height; ++y)
    for (let x = INNER.x; x < INNER.x + INNER.width; ++x) {
      const value = values[y * aligned.width + x]!;
      ++counts[value]!;
      sum += value;
    }
  const total = INNER.width * INNER.height;
  const countOf = (levels: readonly number[]) => levels.reduce((all, count) => all + count, 0);
  // The lowest level up to which at least this share of the pixels is.
  const percentile = (share: number) => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) >= share * total);
  };
  let picture = 0;
  for (let row = 0; row < PLACES; ++row) {
    const y = Math.floor(((2 * row + 1) * image.height) / (2 * PLACES));
    for (let column = 0; column < PLACES; ++column) {
      const x = Math.floor(((2 * column + 1) * image.width) / (2 * PLACES));
      const at = (y * image.width + x) * 4;
      picture += greyOf(image.data[at]!, image.data[at + 1]!, image.data[at + 2]!);
    }
  }
  return {
    brightness: sum / total,
    contrast: percentile(1 - ENDS) - percentile(ENDS),
    black: countOf(counts.slice(0, BLACK + 1)) / total,
    white: countOf(counts.slice(WHITE)) / total,
    picture: picture / (PLACES * PLACES),
  };
}

/** The measures that come from pixels. */
export function measure(
  box: Box,
  image: Image,
  aligned: Image,
): Pick<FaceMeasures, "size" | "exposure" | "sharpness" | "outside"> {
  const area = box.width * box.height;
  return {
    size: Math.min(box.width, box.height),
    outside:
      area > 0 ? 1 - areaShared(box, { x: 0, y: 0, width: image.width, height: image.height }) / area : 1,
    exposure: measureExposure(image, aligned),
    sharpness: laplacianVariance(grey(aligned), aligned.width, aligned.height),
  };
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

// One number to rank a track's frames; by fixed limits, so that it means the same everywhere.
function overallScore(measures: FaceMeasures): number {
  const usual = ENROLMENT_LIMITS;
  const part = (value: number, limit: number) => clamp(value / (2 * limit), 0, 1);
  const turned = Math.max(
    Math.abs(measures.pose.yaw) / usual.maxYaw,
    Math.abs(measures.pose.pitch) / usual.maxPitch,
  );
  const { contrast, black, white } = measures.exposure;
  const product =
    part(measures.size, usual.minSize) *
    clamp(measures.sharpness / (4 * usual.minSharpness), 0, 1) *
    part(contrast, usual.minContrast) *
    clamp(1 - Math.max(black, white) / (2 * usual.maxClipped), 0, 1) *
    clamp(1 - turned / 2, 0, 1) *
    (1 - measures.outside) *
    (measures.eyesShut ? 0.25 : 1);
  return clamp(Math.sqrt(product) * measures.score, 0, 1);
}

const MIDDLE_GREY = 127;

/** What was not measured is not held against a face. */
const within = (measured: number | undefined, limit: number) => measured === undefined || measured <= limit;

/** Whether an embedding made from these landmarks can be trusted. True if nothing checked them. */
export const isCertain = (
  landmarks: Pick<Landmarks, "disagreement" | "secondDisagreement">,
  limits: QualityLimits,
): boolean =>
  within(landmarks.disagreement, limits.maxDisagreement) &&
  within(landmarks.secondDisagreement, limits.maxSecondDisagreement);

export function judge(measures: FaceMeasures, limits: QualityLimits): FaceQuality {
  const problems: QualityProblem[] = [];
  const unless = (good: boolean, problem: QualityProblem) => {
    if (!good) problems.push(problem);
  };
  unless(measures.size >= limits.minSize, "too_small");
  const { brightness, contrast, black, white, picture } = measures.exposure;
  const flat = contrast < limits.minContrast;
  // A flat face is washed out if it is light, also next to the rest of the picture. A grey face in front of a window is in the
  // shade.
  const washedOut = flat && brightness > MIDDLE_GREY && brightness >= picture;
  unless(black <= limits.maxClipped && (!flat || washedOut), "too_dark");
  unless(white <= limits.maxClipped && !washedOut, "too_bright");
  unless(measures.sharpness >= limits.minSharpness, "blurred");
  unless(
    Math.abs(measures.pose.yaw) <= limits.maxYaw && Math.abs(measures.pose.pitch) <= limits.maxPitch,
    "turned_away",
  );
  unless(measures.outside <= MOST_OUTSIDE, "outside_frame");
  unless(!measures.eyesShut, "eyes_hidden");
  unless(isCertain(measures, limits), "landmarks_uncertain");
  return {
    size: measures.size,
    brightness,
    contrast,
    sharpness: measures.sharpness,
    pose: measures.pose,
    overall: overallScore(measures),
    problems,
  };
}
