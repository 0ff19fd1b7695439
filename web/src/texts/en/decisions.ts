export const outcomes = {
  marked: "Recorded",
  cooldown: "Already recorded",
  unknown: "Unknown",
  ambiguous: "Too close to call",
  spoof: "Not live",
};

export const numbers = {
  similarity: "Similarity",
  runnerUp: "Next other person",
  threshold: "Threshold",
  margin: "Above the threshold by",
  liveness: "Liveness",
  quality: "Quality",
  notMeasured: "not measured",
  nobodyElse: "nobody else enrolled",
  line: (similarity: string, threshold: string) => `similarity ${similarity} · needed ${threshold}`,
  nobody: "nobody enrolled to compare with",
};
