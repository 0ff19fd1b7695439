#pragma once
// Corrects a cosine for how crowded the gallery is around both faces: cross-domain similarity local scaling (Conneau
// et al., "Word Translation Without Parallel Data", ICLR 2018, section 2.3). Some faces have many near neighbours in an
// embedding, so one threshold on the raw cosine takes strangers for them far more often than for others.

#include <cstddef>
#include <span>

namespace sas {

// How many of the nearest other people make up a neighbourhood.
inline constexpr std::size_t kNeighbours = 10;

// The mean of the first kNeighbours cosines, best first. In a gallery of fewer people the missing ones count as zero,
// the cosine of unrelated faces: the correction fades away with the gallery, and alone a face keeps its raw cosine.
[[nodiscard]] constexpr float neighbourhood_mean(std::span<const float> best_first) {
  float sum = 0;
  for (std::size_t i = 0; i < best_first.size() && i < kNeighbours; ++i) sum += best_first[i];
  return sum / static_cast<float>(kNeighbours);
}

// An enrolled face's neighbourhood without one of its people, at that cosine, whom `eleventh`, the next one, replaces.
[[nodiscard]] constexpr float without(float mean, float eleventh, float cosine) {
  const float next = eleventh > 0 ? eleventh : 0;
  return cosine > next ? mean - (cosine - next) / static_cast<float>(kNeighbours) : mean;
}

// `probe`: the probe's mean cosine to its nearest people other than the one it is compared with. `enrolled`: the same
// of the enrolled face.
[[nodiscard]] constexpr float csls(float similarity, float probe, float enrolled) {
  return similarity - (probe + enrolled) / 2;
}

}  // namespace sas
