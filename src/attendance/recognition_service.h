#pragma once
// Who was it, is it a new walk-past, write it down.

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "attendance/models.h"
#include "base/clock.h"
#include "base/task.h"
#include "cooldown/cooldown.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "gallery/gallery.h"
#include "store/log.h"

namespace sas::attendance {

struct RecognitionOptions {
  // Two people whose similarities are less than this apart are ambiguous (cosine).
  float ambiguity_margin = 0.05F;
  // A liveness score below this is a spoof. It is judged only when the edge sent one.
  float liveness_threshold = 0.5F;
  std::chrono::seconds cooldown{43200};  // 0: every sighting is marked
  // An event captured further in the future than this is refused: the edge's clock is wrong.
  std::chrono::seconds future_tolerance{300};
};

// Counts recognitions and how long each step of them took. Called from any thread.
class RecognitionMetrics {
 public:
  virtual ~RecognitionMetrics() = default;
  virtual void on_step(std::string_view step,
                       std::chrono::nanoseconds took) = 0;  // "search" | "cooldown" | "write"
  virtual void on_decision(const Sighting& sighting, const Decision& decision) = 0;
};

// Thread-safe. Dependencies outlive it; a caller outlives its call.
class RecognitionService {
 public:
  // `metrics` may be null.
  RecognitionService(RecognitionOptions options, const ModelPolicies& models, LogStore& log, Gallery& gallery,
                     CooldownGate& cooldown, const Clock& clock, RecognitionMetrics* metrics = nullptr);

  // invalid_argument: "unknown_model" (details.known lists those that are), "captured_in_future",
  // "invalid_camera". A decision is returned only after it is durable. The same event again gives the same
  // decision.
  [[nodiscard]] Task<Result<Decision>> recognise(const Caller& caller, IncomingSighting incoming);
  // In order; each is decided by itself, as if sent alone, and each has its own result.
  [[nodiscard]] Task<std::vector<Result<Decision>>> recognise_batch(const Caller& caller,
                                                                    std::vector<IncomingSighting> incoming);

  [[nodiscard]] const RecognitionOptions& options() const { return options_; }
  [[nodiscard]] const ModelPolicies& models() const { return models_; }

 private:
  // A sighting with what the server adds, and the model's rule for it.
  struct Prepared {
    Sighting sighting;
    Embedding probe;
    ModelPolicy policy;
  };
  // From search answer to proposal: who it is, without regard to cooldown.
  struct Judgement {
    Outcome outcome = Outcome::unknown;  // `marked` stands for "known"
    std::optional<PersonId> person;
    std::optional<float> similarity;
    std::optional<float> runner_up;
  };

  [[nodiscard]] Result<Prepared> prepare(const Caller& caller, IncomingSighting incoming) const;
  [[nodiscard]] Judgement judge(const Prepared& prepared, const GalleryAnswer& answer) const;
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes);
  // Claims the walk-past and writes it down.
  [[nodiscard]] Task<Result<Decision>> settle(const Caller& caller, Prepared prepared, Judgement judgement);
  [[nodiscard]] Task<Result<Decision>> settle_again_without(const Caller& caller, PersonId removed,
                                                            Prepared prepared);
  void observe(std::string_view step, std::chrono::steady_clock::time_point since) const;

  const RecognitionOptions options_;
  const ModelPolicies& models_;
  LogStore& log_;
  Gallery& gallery_;
  CooldownGate& cooldown_;
  const Clock& clock_;
  RecognitionMetrics* const metrics_;
};

}  // namespace sas::attendance
