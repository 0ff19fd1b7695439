#include "synthetic_faces.h"

#include <cmath>

namespace sas::bench {
namespace {

double dot(const float* a, const float* b) {
  double sum = 0;
  for (std::size_t i = 0; i < kEmbeddingSize; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

void subtract(float* from, const float* what, float times) {
  for (std::size_t i = 0; i < kEmbeddingSize; ++i) from[i] -= times * what[i];
}

}  // namespace

SyntheticFaces::SyntheticFaces(std::size_t effective_dims, std::uint64_t seed)
    : random_(seed), dims_(effective_dims) {
  if (dims_ == kEmbeddingSize) return;
  basis_.resize(dims_ * kEmbeddingSize);
  for (auto& value : basis_) value = normal_(random_);
  for (std::size_t i = 0; i < dims_; ++i) {  // Gram-Schmidt
    float* axis = basis_.data() + i * kEmbeddingSize;
    for (std::size_t k = 0; k < i; ++k) {
      const float* other = basis_.data() + k * kEmbeddingSize;
      subtract(axis, other, static_cast<float>(dot(axis, other)));
    }
    const auto scale = static_cast<float>(1 / std::sqrt(dot(axis, axis)));
    for (std::size_t j = 0; j < kEmbeddingSize; ++j) axis[j] *= scale;
  }
}

Embedding SyntheticFaces::identity() {
  std::vector<float> values(kEmbeddingSize);
  if (dims_ == kEmbeddingSize) {
    for (auto& value : values) value = normal_(random_);
  } else {
    for (std::size_t i = 0; i < dims_; ++i)
      subtract(values.data(), &basis_[i * kEmbeddingSize], normal_(random_));
  }
  return Embedding::normalised(values).value();
}

Embedding SyntheticFaces::picture(const Embedding& of, double cosine_to_it) {
  const Embedding noise = identity();
  const double along = dot(noise.values().data(), of.values().data());
  const double across = std::sqrt((1 - cosine_to_it * cosine_to_it) / (1 - along * along));
  std::vector<float> values(kEmbeddingSize);
  for (std::size_t i = 0; i < kEmbeddingSize; ++i)
    values[i] = static_cast<float>(cosine_to_it * of.values()[i] +
                                   across * (noise.values()[i] - along * of.values()[i]));
  return Embedding::normalised(values).value();
}

}  // namespace sas::bench
