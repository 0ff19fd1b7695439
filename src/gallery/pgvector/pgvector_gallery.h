#pragma once
// The gallery in PostgreSQL, over the very templates that the store keeps there: nothing is held in this
// process, and what any server writes is found by all of them with its commit. How it decides when the index
// is not to be believed, and what that costs: docs/scaling.md.

#include <atomic>
#include <memory>
#include <vector>

#include "gallery/gallery.h"
#include "postgres/pool.h"

namespace sas {

struct PgvectorOptions {
  // The HNSW index: links of a node (2..100) and candidates while building (4..1000, at least twice m). An
  // index that was built with others is built anew.
  int m = 16;
  int ef_construction = 64;
  // Candidates while searching, 1..1000. More finds more and takes longer.
  int ef_search = 400;
  // An answer whose best similarity is below this is never taken from the index: it is confirmed by a scan of
  // every template. Make it the highest threshold in use plus the ambiguity margin, so that no `unknown` is
  // said, and no borderline match made, because the index missed somebody. Cosine.
  float confirm_below = 0.4F;
  // The same for an answer whose runner-up is nearer to the best than this: it may be `ambiguous`.
  float confirm_within = 0.1F;
};

// add() and remove_…() are for what the store has not done itself: a template that is there already stays as
// it is, and one of a person who has been removed meanwhile is not added. Thread-safe.
class PgvectorGallery final : public Gallery {
 public:
  // Makes the index where it is missing, which takes minutes for a hundred thousand templates and keeps
  // others from changing them meanwhile. The store's schema is there before. failed_precondition:
  // "pgvector_old" (iterative scans need 0.8), and those of postgres/errors.h.
  [[nodiscard]] static Result<std::unique_ptr<PgvectorGallery>> open(std::shared_ptr<postgres::Pool> pool,
                                                                     PgvectorOptions options = {});

  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override;
  // A scan of the group's own templates: exact.
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search_among(
      GalleryPartition partition, std::shared_ptr<const PersonGroup> people,
      std::span<const Embedding> probes) override;
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override;
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override;
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override;
  // As of the last operation.
  [[nodiscard]] GalleryStats stats() const override;

  // Answers that had to be confirmed by a scan, of all, since open().
  struct Confirmations {
    std::size_t probes = 0;
    std::size_t confirmed = 0;
  };
  [[nodiscard]] Confirmations confirmations() const { return {probes_, confirmed_}; }

 private:
  PgvectorGallery(std::shared_ptr<postgres::Pool> pool, PgvectorOptions options);

  struct Query;
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search_chunked(
      GalleryPartition partition, std::shared_ptr<const PersonGroup> people,
      std::span<const Embedding> probes);
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search_on(postgres::Connection& connection,
                                                                   const Query& query);
  [[nodiscard]] Task<Result<void>> scan(postgres::Connection& connection, const Query& query,
                                        std::vector<std::size_t> which, std::vector<GalleryAnswer>& answers);
  [[nodiscard]] Task<Result<void>> change(std::vector<postgres::Command> commands);
  void note_counts(const postgres::Rows& counts);

  std::shared_ptr<postgres::Pool> pool_;
  const PgvectorOptions options_;
  std::atomic<std::size_t> faces_{0};
  std::atomic<std::size_t> people_{0};
  std::atomic<std::size_t> probes_{0};
  std::atomic<std::size_t> confirmed_{0};
};

}  // namespace sas
