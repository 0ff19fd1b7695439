#pragma once
// The gallery in PostgreSQL, on the templates the store keeps there: this process holds no data, and every
// server finds what any of them writes as soon as it is committed. When index results are not trusted, and
// the cost of that: docs/scaling.md.

#include <atomic>
#include <memory>
#include <vector>

#include "gallery/gallery.h"
#include "postgres/pool.h"

namespace sas {

struct PgvectorOptions {
  // HNSW parameters: links per node (2..100) and candidates while building (4..1000, at least twice m). An
  // index built with other values is rebuilt.
  int m = 16;
  int ef_construction = 64;
  // Candidates while searching, 1..1000. More improves recall and takes longer.
  int ef_search = 400;
  // An answer whose best similarity is below this is never taken from the index but confirmed by a scan of
  // every template. Set it to the highest threshold in use plus the ambiguity margin, so that the index
  // missing somebody never causes an `unknown` or a borderline match. Cosine.
  float confirm_below = 0.4F;
  // The same for an answer whose runner-up is closer to the best than this: it may be `ambiguous`.
  float confirm_within = 0.1F;
};

// add() and remove_…() apply only what the store has not done itself: an existing template stays unchanged,
// and one of a person removed in the meantime is not added. Thread-safe.
class PgvectorGallery final : public Gallery {
 public:
  // Creates the index if missing, which takes minutes for a hundred thousand templates and blocks changes to
  // them meanwhile. The store's schema must exist. failed_precondition: "pgvector_old" (iterative scans need
  // 0.8), and the errors of postgres/errors.h.
  [[nodiscard]] static Result<std::unique_ptr<PgvectorGallery>> open(std::shared_ptr<postgres::Pool> pool,
                                                                     PgvectorOptions options = {});

  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override;
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override;
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override;
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override;
  [[nodiscard]] Task<Result<EnrolledProbes>> probe_enrolled(GalleryPartition partition,
                                                            std::size_t most) override;
  [[nodiscard]] Task<Result<std::size_t>> prepare(GalleryPartition partition, std::size_t most) override;
  // As of the last operation.
  [[nodiscard]] GalleryStats stats() const override;

  // Answers that had to be confirmed by a scan, out of all since open().
  struct Confirmations {
    std::size_t probes = 0;
    std::size_t confirmed = 0;
  };
  [[nodiscard]] Confirmations confirmations() const { return {probes_, confirmed_}; }

 private:
  PgvectorGallery(std::shared_ptr<postgres::Pool> pool, PgvectorOptions options);

  struct Query;
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search_on(postgres::Connection& connection,
                                                                   const Query& query);
  [[nodiscard]] Task<Result<void>> scan(postgres::Connection& connection, const Query& query,
                                        std::vector<std::size_t> which, std::vector<GalleryAnswer>& answers);
  // What a template finds among the other people; kept in face_neighbourhoods, from which the database deletes what a
  // change of the templates touches, so it is right for every server.
  struct Neighbourhood {
    float mean = 0;      // csls.h
    float eleventh = 0;  // cosine of the eleventh person; -2: there is none
  };
  [[nodiscard]] Task<Result<std::vector<Neighbourhood>>> neighbourhoods(postgres::Connection& connection,
                                                                        std::vector<FaceId> faces);
  [[nodiscard]] Task<Result<void>> probe_on(postgres::Connection& connection, EnrolledProbe& probe);
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
