#pragma once
// Identifies a person, decides whether this is a new walk-past, and records it.

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "attendance/calibrations.h"
#include "attendance/in_flight.h"
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
  // If the similarities of two people differ by less than this, the result is ambiguous (cosine).
  float ambiguity_margin = 0.05F;
  // A liveness score below this is a spoof.
  float liveness_threshold = 0.5F;
  // The same for a score of weak models (FaceScores::weak_liveness). None: such a score turns nobody away.
  std::optional<float> weak_liveness_threshold = {};
  // An event without a liveness score is unproven, even if the face is known.
  bool liveness_required = false;
  std::chrono::seconds cooldown{43200};  // 0: every sighting is marked
  // An event captured further in the future than this is rejected: the edge's clock is wrong.
  std::chrono::seconds future_tolerance{300};
  // An event that was captured longer ago than this is rejected: no outbox is that old, so the edge's clock was wrong.
  std::chrono::seconds oldest_event{std::chrono::days(30)};
};

// Receives the duration of each recognition step and each decision. Called from any thread.
class RecognitionMetrics {
 public:
  virtual ~RecognitionMetrics() = default;
  virtual void on_step(std::string_view step,
                       std::chrono::nanoseconds took) = 0;  // "search" | "cooldown" | "write"
  virtual void on_decision(const Sighting& sighting, const Decision& decision) = 0;
};

// Thread-safe. Dependencies must outlive it; a caller must outlive its call.
class RecognitionService {
 public:
  // `metrics` may be null. Without `calibrations` every model is judged by its policy's raw cosine.
  RecognitionService(RecognitionOptions options, const ModelPolicies& models, LogStore& log, Gallery& gallery,
                     CooldownGate& cooldown, const Clock& clock, RecognitionMetrics* metrics = nullptr,
                     const Calibrations* calibrations = nullptr);

  // invalid_argument: "unknown_model" (details.known lists the known models), "captured_in_future", "captured_too_old",
  // "invalid_camera". conflict "event_id_reused": an event with this id and other content (event_content.h) is
  // stored. A decision is returned only after it is durable. Sending the same event again returns the same decision.
  [[nodiscard]] Task<Result<Decision>> recognise(const Caller& caller, IncomingSighting incoming);
  // Results in order. Each event is decided independently, as if sent alone.
  [[nodiscard]] Task<std::vector<Result<Decision>>> recognise_batch(const Caller& caller,
                                                                    std::vector<IncomingSighting> incoming);

  [[nodiscard]] const RecognitionOptions& options() const { return options_; }
  [[nodiscard]] const ModelPolicies& models() const { return models_; }

 private:
  // A sighting completed by the server, and the policy of its model.
  struct Prepared {
    Sighting sighting;
    Embedding probe;
    ModelPolicy policy;
  };
  // The identity derived from the search answer, without considering the cooldown.
  struct Judgement {
    Outcome outcome = Outcome::unknown;  // `marked` stands for "known"
    std::optional<PersonId> person;
    std::optional<float> similarity;
    std::optional<float> runner_up;
    std::optional<float> score;
    float threshold = 0;
    ThresholdSource source = ThresholdSource::fixed;
  };

  [[nodiscard]] Result<Prepared> prepare(const Caller& caller, IncomingSighting incoming) const;
  [[nodiscard]] bool is_spoof(const FaceScores& scores) const;
  [[nodiscard]] Judgement judge(const Prepared& prepared, const GalleryAnswer& answer) const;
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes);
  // Claims the walk-past and records it.
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
  const Calibrations* const calibrations_;
  InFlight in_flight_;
};

}  // namespace sas::attendance
