#pragma once

#include <array>
#include <cstdint>

#include "gallery/memory/kernels.h"

namespace sas::gallery {

inline constexpr std::size_t kRotationRounds = 3;

// The signs of the rotation's rounds, each times 1/sqrt(512), so that a round preserves lengths. They must
// never change: stored vectors are rotated by them (SplitMix64, Steele et al. 2014, from a constant seed).
inline constexpr auto kRotationSigns = [] {
  constexpr float kScale = 0.04419417382415922F;  // 1/sqrt(512)
  std::array<std::array<float, kDims>, kRotationRounds> signs{};
  std::uint64_t state = 0x5A5F6661636573ULL;
  for (auto& round : signs)
    for (auto& sign : round) {
      state += 0x9E3779B97F4A7C15ULL;
      std::uint64_t z = state;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
      sign = ((z ^ (z >> 31)) >> 63) != 0 ? kScale : -kScale;
    }
  return signs;
}();

}  // namespace sas::gallery
