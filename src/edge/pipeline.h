#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "domain/attendance.h"
#include "edge/appearance.h"
#include "edge/challenge.h"
#include "edge/frame_source.h"
#include "edge/overlay.h"
#include "edge/tracker.h"
#include "edge/uplink.h"
#include "edge/voter.h"
#include "vision/face_engine.h"

namespace sas::edge {

struct PipelineOptions {
  CameraId camera;
  // Each frame is a scene of its own: every face in it that is good enough is sent at once.
  bool stills = false;
  // Looser than for enrolment: a template is kept for years, while a probe is one of several frames.
  vision::QualityLimits limits{.min_size = 48,
                               .min_contrast = 24,
                               .max_clipped = 0.5F,
                               .min_sharpness = 12,
                               .max_yaw = 50,
                               .max_pitch = 40};
  // If no frame arrives for this long, drop all tracks.
  std::chrono::seconds scene_gap{5};
  TrackerOptions tracker;
  VoterOptions voter;  // same_person is set from the pack's threshold
  LivenessMode liveness = LivenessMode::passive;
  ChallengeOptions challenge;
  // Unpredictable, so that no recording fits.
  std::uint32_t challenge_seed = std::random_device{}();
};

struct PipelineStatistics {
  std::uint64_t frames = 0;
  std::uint64_t frames_with_face = 0;
  std::uint64_t tracks = 0;             // confirmed
  std::uint64_t tracks_never_good = 0;  // that ended without one frame good enough to recognise
  std::uint64_t looks = 0;              // landmarks and quality
  std::uint64_t embeddings = 0;
  std::uint64_t uncertain = 0;  // good looks whose landmarks could not be trusted, so nothing was embedded
  std::uint64_t events = 0;     // accepted by the sink
  std::uint64_t resends = 0;    // of these
  std::uint64_t lost = 0;       // refused by the sink (outbox full)
  std::uint64_t changed_identity = 0;      // tracks on which another person appeared
  std::uint64_t asked = 0;                 // requests to blink or to turn the head
  std::uint64_t proved = 0;                // people who did what was asked
  std::uint64_t not_proved = 0;            // people who did not do it in time: reported as spoof
  std::uint64_t left_unproved = 0;         // people who left while they were asked: nothing is sent
  std::size_t largest_event = 0;           // bytes
  std::chrono::nanoseconds in_models{0};   // inside the face engine
  std::chrono::nanoseconds in_process{0};  // inside process(), models included
};

// Turns one camera's frames into events. Detects and tracks on every frame; assesses quality and embeds only
// where the voter asks for it. Knows neither files nor sockets: events go to a sink. Used by one thread.
class CameraPipeline {
 public:
  // Stores an event for delivery; an error means that the event is lost.
  using Sink = std::function<Result<void>(const EventId&, Timestamp captured_at, const std::string& body)>;

  // `engine` and `clock` outlive it.
  CameraPipeline(const vision::FaceEngine& engine, const Clock& clock, PipelineOptions options, Sink sink);

  // Processes the next frame; afterwards labels() describes the faces in it.
  void process(const Frame& frame);
  // The source has ended: ends all tracks and sends their votes.
  void finish();
  // The server's answer to an event of this pipeline; others are ignored.
  void on_result(const UplinkResult& result);

  [[nodiscard]] const std::vector<FaceLabel>& labels() const { return labels_; }
  [[nodiscard]] PipelineStatistics statistics() const;

 private:
  struct Face {  // what is known of a track besides its boxes
    explicit Face(TrackVoter voter) : voter(std::move(voter)) {}
    TrackVoter voter;
    std::vector<vision::QualityProblem> problems;  // of the last look
    std::optional<EventId> event;                  // the last one sent
    std::optional<Result<Decision>> answer;        // to it
    // With active liveness nothing is sent before `proved`, except the report that somebody failed the
    // challenge.
    std::optional<Challenge> challenge;
    bool proved = false;
    bool reported_unproved = false;
    std::optional<float> eyes_open;        // at the last look of a challenge
    std::optional<Appearance> appearance;  // when it was last seen
    std::optional<TrackVoter> newcomer;    // somebody else who appeared on this track
  };
  void end_track(TrackId track);
  void end_tracks(const std::vector<Track>& tracks);
  // Asks the voter for a check where the face may be somebody else's.
  static void watch_for_jumps(const Frame& frame, const Track& track, Face& face);
  // If somebody else appeared on the track, ends it and begins one for them. Returns the face of the track
  // that `track` now is.
  Face& follow_newcomer(const Track& track, Face& face);
  void look(const Frame& frame, const Track& track, Face& face);
  void embed(const Frame& frame, const Track& track, const vision::FaceLandmarks& landmarks, float quality,
             Face& face);
  // Active liveness: checks whether the person does what was asked, and asks again if not.
  void watch_challenge(const Frame& frame, const vision::HeadPose& pose, Face& face);
  void ask(const Frame& frame, Face& face);
  void speak(Face& face, bool ended);
  void send(const Vote& vote, const FaceScores& scores, Face& face);
  [[nodiscard]] FaceLabel label_of(const Track& track, const Face& face) const;
  template <class F>
  auto timed(F&& work);

  const vision::FaceEngine& engine_;
  const Clock& clock_;
  PipelineOptions options_;
  Sink sink_;
  Tracker tracker_;
  std::map<TrackId, Face> faces_;
  std::map<EventId, TrackId> awaiting_;  // events of living tracks without an answer
  std::vector<FaceLabel> labels_;
  PipelineStatistics statistics_;
  std::uint64_t now_frame_ = 0;
  Timestamp last_frame_{};
  std::minstd_rand random_;
};

}  // namespace sas::edge
