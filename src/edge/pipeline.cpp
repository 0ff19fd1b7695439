#include "edge/pipeline.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "protocol/messages.h"

namespace sas::edge {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Adds the time of a scope to a sum.
class Stopwatch {
 public:
  explicit Stopwatch(std::chrono::nanoseconds& sum) : sum_(sum) {}
  ~Stopwatch() { sum_ += SteadyClock::now() - begin_; }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  std::chrono::nanoseconds& sum_;
  SteadyClock::time_point begin_ = SteadyClock::now();
};

}  // namespace

CameraPipeline::CameraPipeline(const vision::FaceEngine& engine, const Clock& clock, PipelineOptions options,
                               Sink sink)
    : engine_(engine),
      clock_(clock),
      options_(std::move(options)),
      sink_(std::move(sink)),
      tracker_(options_.tracker) {
  options_.voter.same_person = engine_.pack().threshold.cosine;
  if (options_.stills) {
    options_.tracker.confirm_after = 1;
    tracker_ = Tracker(options_.tracker);
  }
}

template <class F>
auto CameraPipeline::timed(F&& work) {
  const Stopwatch watch(statistics_.in_models);
  return std::forward<F>(work)();
}

void CameraPipeline::look(const Frame& frame, const Track& track, Face& face) {
  const cv::Rect2f& box = track.face.box;
  if (std::min(box.width, box.height) < options_.limits.min_size) {
    // Seen from the box alone: nothing else is worth computing.
    face.problems = {vision::QualityProblem::too_small};
    return;
  }
  if (!face.voter.wants_look(now_frame_)) return;
  ++statistics_.looks;
  const auto landmarks = timed([&] { return engine_.landmarks(frame.image, track.face); });
  const cv::Mat aligned = timed([&] { return engine_.align(frame.image, landmarks); });
  auto quality = timed(
      [&] { return engine_.assess_quickly(frame.image, track.face, landmarks, aligned, options_.limits); });
  face.problems = std::move(quality.problems);
  if (!face.voter.wants_embedding(now_frame_, face.problems.empty(), quality.overall)) return;
  ++statistics_.embeddings;
  const auto embedding = timed([&] { return engine_.embed(aligned); });
  if (!embedding) {
    spdlog::warn("frame {}: no embedding: {}", frame.index, embedding.error().message);
    return;
  }
  const auto liveness = timed([&] { return engine_.liveness(frame.image, track.face); });
  if (face.voter.add(now_frame_, frame.captured_at, quality.overall, liveness, *embedding)) {
    ++statistics_.changed_identity;
    face.answer.reset();
    if (face.event) awaiting_.erase(*face.event);
    face.event.reset();
  }
}

void CameraPipeline::speak(Face& face, bool ended) {
  auto vote = face.voter.take_vote(now_frame_, ended);
  if (!vote) return;
  IncomingSighting sighting{options_.camera,
                            vote->embedding,
                            engine_.pack().embedder,
                            EventId::make(clock_.now()),
                            vote->captured_at,
                            vote->liveness,
                            vote->quality};
  const EventId event = *sighting.event;
  const std::string body = protocol::write_sighting(sighting, protocol::EmbeddingEncoding::i8);
  if (auto kept = sink_(event, vote->captured_at, body); !kept) {
    ++statistics_.lost;
    face.answer = Result<Decision>(kept.error());
    spdlog::error("{}", kept.error().message);
    return;
  }
  ++statistics_.events;
  if (vote->resend) ++statistics_.resends;
  statistics_.largest_event = std::max(statistics_.largest_event, body.size());
  if (face.event) awaiting_.erase(*face.event);
  face.event = event;
}

void CameraPipeline::process(const Frame& frame) {
  const Stopwatch watch(statistics_.in_process);
  ++now_frame_;
  ++statistics_.frames;
  if (options_.stills) finish();
  const auto detected = timed([&] { return engine_.detect(frame.image); });
  if (!detected.empty()) ++statistics_.frames_with_face;
  tracker_.update(detected);

  end_tracks(tracker_.ended());

  labels_.clear();
  for (const Track& track : tracker_.tracks()) {
    if (!tracker_.confirmed(track)) continue;
    Face& face = faces_.try_emplace(track.id, options_.voter).first->second;
    if (track.visible()) look(frame, track, face);
    const std::optional<EventId> before = face.event;
    speak(face, false);
    if (face.event != before && face.event) awaiting_.emplace(*face.event, track.id);
    if (!track.visible()) continue;
    if (face.answer && *face.answer) {
      labels_.push_back(label_for(track.face.box, **face.answer));
    } else if (face.answer) {
      labels_.push_back({track.face.box, FaceState::refused, "not recorded", face.answer->error().code});
    } else {
      labels_.push_back(label_for(track.face.box, face.problems, face.event.has_value()));
    }
  }
}

void CameraPipeline::end_tracks(const std::vector<Track>& tracks) {
  for (const Track& track : tracks) {
    const auto found = faces_.find(track.id);
    if (found == faces_.end()) continue;
    speak(found->second, true);
    if (!found->second.voter.ever_good()) ++statistics_.tracks_never_good;
    if (found->second.event) awaiting_.erase(*found->second.event);
    faces_.erase(found);
  }
}

void CameraPipeline::finish() {
  end_tracks(tracker_.tracks());
  tracker_.clear();
  labels_.clear();
}

void CameraPipeline::on_result(const UplinkResult& result) {
  const auto waiting = awaiting_.find(result.event);
  if (waiting == awaiting_.end()) return;
  const auto found = faces_.find(waiting->second);
  awaiting_.erase(waiting);
  if (found == faces_.end()) return;
  found->second.answer = result.decision;
  if (result.decision) found->second.voter.decided(result.decision->outcome);
}

PipelineStatistics CameraPipeline::statistics() const {
  PipelineStatistics now = statistics_;
  now.tracks = tracker_.confirmed_count();
  return now;
}

}  // namespace sas::edge
