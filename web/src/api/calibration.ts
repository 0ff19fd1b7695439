// What a decision was made by. A threshold that is calibrated for the gallery applies to the score, any other to the similarity.

/** Absent in answers of servers that do not calibrate. */
export interface Calibrated {
  /** The similarity, corrected for how many other enrolled people are near both faces. */
  score?: number | null;
  threshold_source?: "fixed" | "pack" | "calibrated" | null;
}

export interface Measured extends Calibrated {
  similarity: number | null;
  threshold: number;
}

/** The number that the threshold applies to; null if nobody is enrolled. */
export const measureOf = ({ similarity, score, threshold_source: source }: Measured): number | null =>
  source === "calibrated" ? (score ?? null) : similarity;

export interface CalibratedModel {
  threshold_source?: "fixed" | "pack" | "calibrated";
  /** Of a calibrated threshold. */
  calibration?: { false_identification_rate: number; people: number; expected_miss: number } | null;
}
