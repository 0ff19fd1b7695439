#pragma once

#include <cstddef>
#include <vector>

namespace sas {

// What is known about an embedder's corrected scores (gallery/csls.h) before a gallery has scores of its own. From the
// model pack's manifest.
struct ScorePrior {
  // The best score of a stranger among that many people is taken to follow a Gumbel law.
  struct Strangers {
    std::size_t people = 0;
    float location = 0;
    float scale = 0;  // above 0
  };
  std::vector<Strangers> strangers;  // by people, ascending; never empty
  // The score of an enrolled person's walk-past is taken to be normal.
  float genuine_mean = 0;
  float genuine_deviation = 0;  // above 0
};

}  // namespace sas
