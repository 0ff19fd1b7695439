#pragma once
// The use cases: who was it, is it a new walk-past, write it down; enrol, change, remove, list.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attendance/analytics.h"
#include "base/async_mutex.h"
#include "base/clock.h"
#include "base/task.h"
#include "cooldown/cooldown.h"
#include "domain/attendance.h"
#include "domain/enrolment.h"
#include "domain/person.h"
#include "gallery/gallery.h"
#include "store/store.h"

namespace sas {

// What the server knows of an embedder: enough to judge its vectors.
struct ModelPolicy {
  ModelId id;
  float threshold = 0;  // cosine, -1..1: the pack's own or the operator's
};

struct AttendanceOptions {
  std::vector<ModelPolicy> models;  // not empty; the first is taken where a client names none
  // Two people whose similarities are less than this apart are ambiguous (cosine).
  float ambiguity_margin = 0.05F;
  // A liveness score below this is a spoof. It is judged only when the edge sent one.
  float liveness_threshold = 0.5F;
  std::chrono::seconds cooldown{43200};  // 0: every sighting is marked
  // An event captured further in the future than this is refused: the edge's clock is wrong.
  std::chrono::seconds future_tolerance{300};
  // Where other servers enrol too: up to where in the store's TemplateFeed the gallery has followed, never
  // further. None: nobody else does.
  std::function<Task<Result<std::int64_t>>()> gallery_position;
};

// How long each step of recognitions took; the metrics implement it. Called from any thread.
class RecognitionObserver {
 public:
  virtual ~RecognitionObserver() = default;
  virtual void on_step(std::string_view step,
                       std::chrono::nanoseconds took) = 0;  // "search" | "cooldown" | "write"
  virtual void on_decision(const Sighting& sighting, const Decision& decision) = 0;
};

// Thread-safe. Dependencies outlive it.
class AttendanceService {
 public:
  AttendanceService(AttendanceOptions options, Store& store, Gallery& gallery, CooldownGate& cooldown,
                    const Clock& clock, RecognitionObserver* observer = nullptr);

  // invalid_argument: "unknown_model" (details.known lists those that are), "captured_in_future",
  // "invalid_camera". A decision is returned only after it is durable. The same event again gives the same
  // decision.
  [[nodiscard]] Task<Result<Decision>> recognise(IncomingSighting incoming);
  // In order; each is decided by itself, as if sent alone, and each has its own result.
  [[nodiscard]] Task<std::vector<Result<Decision>>> recognise_batch(std::vector<IncomingSighting> incoming);

  // conflict: "duplicate_code"; "duplicate_face" (details: person_id, code, name, similarity, threshold).
  // invalid_argument: "invalid_code", "invalid_name", "unknown_model", "mixed_faces" (two faces sent for one
  // person do not resemble each other; details.similarity).
  [[nodiscard]] Task<Result<PersonDetails>> enrol(Enrolment enrolment);
  // As enrol for the face; not_found. A face that resembles this very person is what is expected.
  [[nodiscard]] Task<Result<FaceSummary>> add_face(PersonId person, NewFace face, bool allow_duplicate);
  [[nodiscard]] Task<Result<void>> remove_face(PersonId person, FaceId face);
  [[nodiscard]] Task<Result<PersonDetails>> person(PersonId id);
  [[nodiscard]] Task<Result<Page<PersonDetails>>> persons(PersonQuery query);
  [[nodiscard]] Task<Result<Person>> update_person(PersonId id, PersonChange change);
  [[nodiscard]] Task<Result<void>> remove_person(PersonId id);

  [[nodiscard]] Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query);
  // not_found "attendance_not_found".
  [[nodiscard]] Task<Result<AttendanceRecord>> attendance_record(AttendanceId id);
  [[nodiscard]] Task<Result<Page<SightingRecord>>> sightings(SightingQuery query);
  [[nodiscard]] Task<Result<std::vector<Camera>>> cameras();
  // Keeps it with the time of now. invalid_argument "invalid_watch": it ends before it begins, is longer than
  // 400 days, or lies further ahead than `future_tolerance`.
  [[nodiscard]] Task<Result<void>> heartbeat(Heartbeat heartbeat);
  // invalid_argument: "invalid_zone", "invalid_range".
  [[nodiscard]] Task<Result<Analytics>> analytics(AnalyticsQuery query);
  [[nodiscard]] const Clock& clock() const { return clock_; }

  [[nodiscard]] const AttendanceOptions& options() const { return options_; }

 private:
  // A sighting with what the server adds, and the model's rule for it.
  struct Prepared {
    Sighting sighting;
    ModelPolicy policy;
  };

  [[nodiscard]] Result<ModelPolicy> policy_of(const std::optional<ModelId>& model) const;
  [[nodiscard]] Result<Prepared> prepare(IncomingSighting incoming) const;
  // From search answer to proposal: who it is, without regard to cooldown.
  struct Judgement {
    Outcome outcome = Outcome::unknown;  // `marked` stands for "known"
    std::optional<PersonId> person;
    std::optional<float> similarity;
    std::optional<float> runner_up;
  };
  [[nodiscard]] Judgement judge(const Prepared& prepared, const GalleryAnswer& answer) const;
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes);
  // Claims the walk-past and writes it down.
  [[nodiscard]] Task<Result<Decision>> settle(Prepared prepared, Judgement judgement);
  [[nodiscard]] Task<Result<Decision>> settle_again_without(PersonId removed, Prepared prepared);
  // None: whoever asked allows duplicates, or nobody else enrols.
  using Check = std::optional<FaceCheck>;
  [[nodiscard]] Task<Result<Check>> refuse_duplicates(const std::vector<FaceTemplate>& faces,
                                                      std::optional<PersonId> except, bool allow);
  [[nodiscard]] Result<FaceTemplate> template_of(PersonId person, const NewFace& face, Timestamp now) const;
  void observe(std::string_view step, std::chrono::steady_clock::time_point since) const;

  AttendanceOptions options_;
  Store& store_;
  Gallery& gallery_;
  CooldownGate& cooldown_;
  const Clock& clock_;
  RecognitionObserver* observer_;
  // One enrolment at a time: two at once could each miss that the other is the same face. Of another server's
  // the store knows (FaceCheck).
  AsyncMutex enrolling_;
};

}  // namespace sas
