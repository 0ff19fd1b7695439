#include "domain/embedding.h"

#include <cmath>

namespace sas {

Result<Embedding> Embedding::normalised(std::span<const float> values) {
  const auto refuse = [](std::string why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_vector", std::move(why));
  };
  if (values.size() != kEmbeddingSize)
    return refuse("an embedding has " + std::to_string(kEmbeddingSize) + " numbers, not " +
                  std::to_string(values.size()));
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      return refuse("number " + std::to_string(i) + " of the embedding is not finite");
    squares += static_cast<double>(values[i]) * values[i];
  }
  constexpr double kSmallestLength = 1e-6;
  if (squares < kSmallestLength * kSmallestLength)
    return refuse("the embedding is zero or nearly zero: it has no direction to compare");
  const double scale = 1.0 / std::sqrt(squares);
  Embedding embedding;
  for (std::size_t i = 0; i < values.size(); ++i)
    embedding.values_[i] = static_cast<float>(static_cast<double>(values[i]) * scale);
  return embedding;
}

float cosine(const Embedding& a, const Embedding& b) {
  double sum = 0;
  for (std::size_t i = 0; i < kEmbeddingSize; ++i) sum += static_cast<double>(a.values()[i]) * b.values()[i];
  return static_cast<float>(sum);
}

}  // namespace sas
