#pragma once

#include <memory>

#include "engine.h"
#include "float_scan.h"
#include "gallery/memory/memory_gallery.h"

namespace sas::bench {

class Ours final : public Engine {
 public:
  using Found = NearestTwo;

  [[nodiscard]] std::string name() const override { return "gallery in memory"; }
  [[nodiscard]] bool exact() const override { return true; }
  void build(const Identities& identities) override;
  [[nodiscard]] std::size_t nearest(const Embedding& probe) override;
  [[nodiscard]] std::size_t bytes() const override { return gallery_->stats().bytes; }

  [[nodiscard]] static const GalleryPartition& partition();
  [[nodiscard]] const MemoryGallery& gallery() const { return *gallery_; }
  // The person created for the identity of that row.
  [[nodiscard]] static PersonId person(std::size_t row);
  // The answer, with the rows its people were created from.
  [[nodiscard]] static Found found(const GalleryAnswer& answer);

 private:
  std::unique_ptr<MemoryGallery> gallery_;
};

}  // namespace sas::bench
