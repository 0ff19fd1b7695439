#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/error.h"

namespace sas {

inline constexpr std::size_t kEmbeddingSize = 512;

// A face as 512 numbers of unit length: the dot product of two is their cosine similarity.
class Embedding {
 public:
  // Scales to unit length. invalid_argument "invalid_vector": not 512 numbers, a NaN or an infinity (the
  // message says where), or a length so near zero that there is no direction.
  static Result<Embedding> normalised(std::span<const float> values);

  [[nodiscard]] std::span<const float, kEmbeddingSize> values() const { return values_; }

 private:
  Embedding() = default;
  // Not over-aligned: g++ 12 does not honour that inside a coroutine frame. Kernels use unaligned loads.
  std::array<float, kEmbeddingSize> values_;
};

// In double, in index order: the reference for checking every kernel.
[[nodiscard]] float cosine(const Embedding& a, const Embedding& b);

}  // namespace sas
