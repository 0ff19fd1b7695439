#include "edge/pipeline.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "protocol/messages.h"
#include "vision/quality.h"

namespace sas::edge {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kCheckWhileAsked = 5;  // frames between two checks of who is there

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
      tracker_(options_.tracker),
      random_(options_.challenge_seed) {
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
    // The box alone shows this, so compute nothing else.
    face.problems = {vision::QualityProblem::too_small};
    return;
  }
  // A blink takes a tenth of a second, so look at every frame during a challenge.
  if (!face.challenge && !face.voter.wants_look(now_frame_)) return;
  ++statistics_.looks;
  const auto landmarks = timed([&] { return engine_.landmarks(frame.image, track.face); });
  const cv::Mat aligned = timed([&] { return engine_.align(frame.image, landmarks); });
  auto quality = timed(
      [&] { return engine_.assess_quickly(frame.image, track.face, landmarks, aligned, options_.limits); });
  face.problems = std::move(quality.problems);
  const bool good = face.problems.empty();
  if (options_.liveness == LivenessMode::active && !face.proved) {
    face.eyes_open = timed([&] { return engine_.eyes_open(frame.image, landmarks); });
    if (face.challenge) watch_challenge(frame, quality.pose, face);
  }
  const bool wanted = face.voter.wants_embedding(now_frame_, good, quality.overall);
  // The same face must be seen before, during and after the challenge. Otherwise a photograph and a living face
  // could take turns.
  const bool asked = face.challenge && face.challenge->state() == Challenge::State::asked;
  const bool to_check = asked && now_frame_ % kCheckWhileAsked == 0;
  const bool to_confirm = face.challenge && !asked;
  if ((wanted && !asked) || (good && (to_check || to_confirm)))
    embed(frame, track, landmarks, quality.overall, face);
}

void CameraPipeline::embed(const Frame& frame, const Track& track, const vision::FaceLandmarks& landmarks,
                           float quality, Face& face) {
  const auto refined = timed([&] { return engine_.refine(frame.image, track.face, landmarks); });
  if (!vision::certain(refined, options_.limits)) {
    ++statistics_.uncertain;
    face.problems = {vision::QualityProblem::landmarks_uncertain};
    return;
  }
  ++statistics_.embeddings;
  const auto embedding = timed([&] { return engine_.embed_face(frame.image, refined); });
  if (!embedding) {
    spdlog::warn("frame {}: no embedding: {}", frame.index, embedding.error().message);
    return;
  }
  std::optional<float> liveness;
  if (options_.liveness != LivenessMode::off)
    liveness = timed([&] { return engine_.liveness(frame.image, track.face); });
  face.newcomer = face.voter.add(now_frame_, frame.captured_at, quality, liveness, *embedding);
  if (!face.newcomer && face.challenge && face.challenge->state() == Challenge::State::met &&
      face.voter.sees_same_person()) {
    ++statistics_.proved;
    face.challenge.reset();
    face.proved = true;
    if (face.voter.sent()) face.voter.speak_again();
  }
}

void CameraPipeline::ask(const Frame& frame, Face& face) {
  const bool may_blink = face.eyes_open.has_value();
  const bool blink = may_blink && std::bernoulli_distribution(0.5)(random_);
  face.challenge.emplace(blink ? Challenge::Kind::blink : Challenge::Kind::turn, frame.captured_at,
                         options_.challenge);
  ++statistics_.asked;
}

void CameraPipeline::watch_challenge(const Frame& frame, const vision::HeadPose& pose, Face& face) {
  const auto state = face.challenge->observe(frame.captured_at, face.eyes_open, pose);
  if (state == Challenge::State::failed && !face.reported_unproved) {
    ++statistics_.not_proved;
    face.reported_unproved = true;
    // A challenge that was not met counts whatever the models are worth.
    if (const auto vote = face.voter.take_vote(now_frame_, true))
      send(*vote, {.liveness = 0.0F, .quality = vote->quality}, face);
  }
  // A person who did not understand may try again, and is recorded once they pass.
  if (state == Challenge::State::failed || face.challenge->stale(frame.captured_at)) ask(frame, face);
}

void CameraPipeline::speak(Face& face, bool ended) {
  if (options_.liveness == LivenessMode::active && !face.proved) return;
  const auto vote = face.voter.take_vote(now_frame_, ended);
  if (!vote) return;
  const auto& judge = engine_.pack().liveness;
  FaceScores scores{.quality = vote->quality};
  (judge && judge->weak ? scores.weak_liveness : scores.liveness) = vote->liveness;
  send(*vote, scores, face);
}

void CameraPipeline::send(const Vote& vote, const FaceScores& scores, Face& face) {
  const IncomingSighting sighting{.camera = options_.camera,
                                  .embedding = vote.embedding,
                                  .model = engine_.pack().embedder,
                                  .event = EventId::make(clock_.now()),
                                  .captured_at = vote.captured_at,
                                  .scores = scores};
  const EventId event = *sighting.event;
  const std::string body = protocol::write_sighting(sighting, protocol::EmbeddingEncoding::i8);
  if (auto kept = sink_(event, vote.captured_at, body); !kept) {
    ++statistics_.lost;
    face.answer = Result<Decision>(kept.error());
    spdlog::error("{}", kept.error().message);
    return;
  }
  ++statistics_.events;
  if (vote.resend) ++statistics_.resends;
  statistics_.largest_event = std::max(statistics_.largest_event, body.size());
  if (face.event) awaiting_.erase(*face.event);
  face.event = event;
}

FaceLabel CameraPipeline::label_of(const Track& track, const Face& face) const {
  const cv::Rect2f& box = track.face.box;
  if (face.challenge) {
    const bool asked = face.challenge->state() == Challenge::State::asked;
    FaceLabel label{box, FaceState::asked, "thank you, look into the camera", {}};
    if (asked) label.title = std::string(face.challenge->request());
    return label;
  }
  if (face.answer && *face.answer) return label_for(box, **face.answer);
  if (face.answer) return {box, FaceState::refused, "not recorded", face.answer->error().code};
  return label_for(box, face.problems, face.event.has_value());
}

void CameraPipeline::process(const Frame& frame) {
  const Stopwatch watch(statistics_.in_process);
  ++now_frame_;
  ++statistics_.frames;
  const bool gap = now_frame_ > 1 && frame.captured_at - last_frame_ > options_.scene_gap;
  last_frame_ = frame.captured_at;
  if (options_.stills || gap) finish();
  const auto detected = timed([&] { return engine_.detect(frame.image); });
  if (!detected.empty()) ++statistics_.frames_with_face;
  tracker_.update(detected, frame.scene_time);

  end_tracks(tracker_.ended());

  labels_.clear();
  for (const Track& track : tracker_.tracks()) {
    if (!tracker_.confirmed(track)) continue;
    Face* face = &faces_.try_emplace(track.id, TrackVoter(options_.voter)).first->second;
    const std::optional<EventId> before = face->event;
    if (track.visible()) {
      watch_for_jumps(frame, track, *face);
      look(frame, track, *face);
      if (face->newcomer) face = &follow_newcomer(track, *face);
    }
    const bool to_prove = options_.liveness == LivenessMode::active && !face->proved && !face->challenge;
    if (to_prove && track.visible() && face->voter.ready(now_frame_, false)) ask(frame, *face);
    speak(*face, false);
    if (face->event && face->event != before) awaiting_.emplace(*face->event, track.id);
    if (track.visible()) labels_.push_back(label_of(track, *face));
  }
}

void CameraPipeline::watch_for_jumps(const Frame& frame, const Track& track, Face& face) {
  const Appearance appearance = appearance_of(frame.image, track.face.box);
  const bool looks_different =
      face.appearance && change_between(*face.appearance, appearance) > kAppearanceJump;
  if (track.jumped || looks_different) face.voter.check_now();
  face.appearance = appearance;
}

CameraPipeline::Face& CameraPipeline::follow_newcomer(const Track& track, Face& face) {
  Face newcomer(std::move(*face.newcomer));
  newcomer.appearance = face.appearance;
  newcomer.problems = face.problems;
  ++statistics_.changed_identity;
  end_track(track.id);
  return faces_.emplace(tracker_.replace(track.id), std::move(newcomer)).first->second;
}

void CameraPipeline::end_track(TrackId track) {
  const auto found = faces_.find(track);
  if (found == faces_.end()) return;
  Face& face = found->second;
  speak(face, true);
  if (!face.voter.ever_good()) ++statistics_.tracks_never_good;
  const bool unproved = options_.liveness == LivenessMode::active && !face.proved;
  if (unproved && !face.reported_unproved && face.voter.ever_good()) ++statistics_.left_unproved;
  if (face.event) awaiting_.erase(*face.event);
  faces_.erase(found);
}

void CameraPipeline::end_tracks(const std::vector<Track>& tracks) {
  for (const Track& track : tracks) end_track(track.id);
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
