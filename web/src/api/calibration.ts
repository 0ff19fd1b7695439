// What a decision was made by. A threshold that is calibrated for the gallery applies to the score, any other to the similarity.
import type { Schemas } from "./client";

export type Measured = Pick<
  Schemas["SightingRecord"],
  "similarity" | "score" | "threshold" | "threshold_source"
>;

/** The number that the threshold applies to; null if nobody is enrolled. */
export const measureOf = ({ similarity, score, threshold_source: source }: Measured): number | null =>
  source === "calibrated" ? score : similarity;
