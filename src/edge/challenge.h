#pragma once
// Active liveness: asks the person to do something. A photograph cannot, and a recording does not know what.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "vision/face.h"

namespace sas::edge {

// How the edge checks that a face is alive.
enum class LivenessMode {
  off,      // not at all: events carry no score
  passive,  // by the pack's liveness models, over the frames of a track
  active    // likewise, and the person is asked to blink or to turn the head before an event is sent
};
[[nodiscard]] std::string_view to_string(LivenessMode mode);
[[nodiscard]] std::optional<LivenessMode> parse_liveness_mode(std::string_view text);

struct ChallengeOptions {
  std::chrono::milliseconds time_limit{10000};
  // The eye model's score for "open", 0..1. An eye is open at the upper bound and above, and shut at the
  // lower bound and below. Between them is noise, which photographs show too.
  float eyes_open_from = 0.6F;
  float eyes_shut_to = 0.25F;
  float turn_by = 18;  // degrees of yaw away from how the head was held at first
  // The same face must be seen well again within this time.
  std::chrono::milliseconds confirm_within{3000};
};

// One request, watched frame by frame. Used by one thread.
class Challenge {
 public:
  enum class Kind { blink, turn };
  enum class State { asked, met, failed };

  Challenge(Kind kind, Timestamp asked_at, ChallengeOptions options = {})
      : kind_(kind), options_(options), asked_at_(asked_at) {}

  // Takes what the next frame shows. `eyes_open`: how open they are, 0..1; none: unknown.
  State observe(Timestamp at, std::optional<float> eyes_open, const vision::HeadPose& pose);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] State state() const { return state_; }
  // It was met, but so long ago that somebody else may be there now.
  [[nodiscard]] bool stale(Timestamp now) const {
    return state_ == State::met && now - met_at_ > options_.confirm_within;
  }
  // In words, for the person: "please blink".
  [[nodiscard]] std::string_view request() const;

 private:
  [[nodiscard]] bool blinked(std::optional<float> eyes_open);
  [[nodiscard]] bool turned(float yaw);

  Kind kind_;
  ChallengeOptions options_;
  Timestamp asked_at_;
  Timestamp met_at_{};
  State state_ = State::asked;
  int open_before_ = 0;  // frames with open eyes in a row, until they shut
  bool shut_ = false;
  std::vector<float> first_yaws_;  // how the head was held when it was asked
  int turned_frames_ = 0;          // in a row
};

}  // namespace sas::edge
