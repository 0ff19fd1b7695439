#pragma once
// Embeddings like those of face models, for galleries larger than any available photo collection.

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "domain/embedding.h"

namespace sas::bench {

// Identities are random directions in a random subspace of `effective_dims` of the 512 dimensions: the fewer,
// the closer strangers are to each other. With 128 their tail is that of the default model pack.
class SyntheticFaces {
 public:
  SyntheticFaces(std::size_t effective_dims, std::uint64_t seed);

  [[nodiscard]] Embedding identity();
  // Another picture of the same face: at exactly that cosine, plus noise from the same subspace.
  [[nodiscard]] Embedding picture(const Embedding& of, double cosine_to_it);

 private:
  std::mt19937_64 random_;
  std::normal_distribution<float> normal_;
  std::vector<float> basis_;  // effective_dims rows of 512, orthonormal; empty if all 512 are effective
  std::size_t dims_;
};

// A gallery's identities, stored contiguously, 512 floats each.
struct Identities {
  std::vector<float> values;

  [[nodiscard]] std::size_t size() const { return values.size() / kEmbeddingSize; }
  [[nodiscard]] std::span<const float, kEmbeddingSize> row(std::size_t i) const {
    return std::span<const float, kEmbeddingSize>(values.data() + i * kEmbeddingSize, kEmbeddingSize);
  }
};

}  // namespace sas::bench
