export const outcomes = {
  marked: "Recorded",
  cooldown: "Already recorded",
  unknown: "Unknown",
  ambiguous: "Too close to call",
  spoof: "Not live",
};

export const numbers = {
  similarity: "Similarity",
  runnerUp: "Closest other person",
  threshold: "Threshold",
  margin: "Margin over the threshold",
  liveness: "Liveness",
  quality: "Quality",
  notMeasured: "not measured",
  nobodyElse: "nobody else enrolled",
  line: (similarity: string, threshold: string) => `similarity ${similarity} · needed ${threshold}`,
  nobody: "nobody enrolled to compare with",
};
