export const outcomes = {
  marked: "Recorded",
  cooldown: "Already recorded",
  unknown: "Unknown",
  ambiguous: "Too close to call",
  spoof: "Not live",
  unproven: "Liveness not measured",
};

export const numbers = {
  similarity: "Similarity",
  score: "Corrected score",
  sources: { fixed: "set by hand", pack: "the model's", calibrated: "made for this gallery" },
  runnerUp: "Closest other person",
  threshold: "Threshold",
  margin: "Margin over the threshold",
  liveness: "Liveness",
  weakLiveness: "Liveness, by weak models",
  quality: "Quality",
  notMeasured: "not measured",
  nobodyElse: "nobody else enrolled",
  lineByScore: (value: string, threshold: string) => `score ${value} · needed ${threshold}`,
  line: (similarity: string, threshold: string) => `similarity ${similarity} · needed ${threshold}`,
  nobody: "nobody enrolled to compare with",
};
