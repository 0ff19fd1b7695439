#include "engine_ours.h"

#include <array>
#include <stdexcept>

namespace sas::bench {
namespace {

Uuid numbered(std::uint8_t kind, std::uint64_t number) {
  std::array<std::uint8_t, Uuid::kSize> bytes{};
  bytes[0] = kind;
  for (std::size_t i = 0; i < 8; ++i) bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return Uuid(bytes);
}

std::size_t row_of(const PersonId& person) {
  std::size_t row = 0;
  for (std::size_t i = 8; i < Uuid::kSize; ++i) row = (row << 8) | person.value().bytes()[i];
  return row;
}

}  // namespace

const GalleryPartition& Ours::partition() {
  static const GalleryPartition partition{OrganisationId(Uuid()), {"synthetic@1"}};
  return partition;
}

PersonId Ours::person(std::size_t row) { return PersonId(numbered(1, row)); }

void Ours::build(const Identities& identities) {
  constexpr std::size_t kBatch = 10000;
  gallery_ = std::make_unique<MemoryGallery>();
  std::vector<GalleryEntry> batch;
  for (std::size_t row = 0; row < identities.size(); ++row) {
    batch.push_back({partition(), person(row), FaceId(numbered(2, row)),
                     Embedding::normalised(identities.row(row)).value()});
    if (batch.size() < kBatch && row + 1 < identities.size()) continue;
    gallery_->add_now(batch).value();
    batch.clear();
  }
}

Ours::Found Ours::found(const GalleryAnswer& answer) {
  if (!answer.best || !answer.runner_up)
    throw std::runtime_error("the gallery contains fewer than two people");
  return {.best = row_of(answer.best->person),
          .second = row_of(answer.runner_up->person),
          .best_similarity = answer.best->similarity,
          .second_similarity = answer.runner_up->similarity};
}

std::size_t Ours::nearest(const Embedding& probe) {
  return row_of(gallery_->search_now(partition(), {&probe, 1}).at(0).best.value().person);
}

std::unique_ptr<Engine> make_ours() { return std::make_unique<Ours>(); }

}  // namespace sas::bench
