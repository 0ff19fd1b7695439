#include "edge/challenge.h"

#include <algorithm>
#include <cmath>

namespace sas::edge {
namespace {
constexpr int kOpenBefore = 2;    // frames
constexpr int kTurnedFrames = 2;  // one may be a detector error
constexpr std::size_t kFirstYaws = 3;
}  // namespace

std::string_view to_string(LivenessMode mode) {
  switch (mode) {
    case LivenessMode::off:
      return "off";
    case LivenessMode::active:
      return "active";
    case LivenessMode::passive:
      break;
  }
  return "passive";
}

std::optional<LivenessMode> parse_liveness_mode(std::string_view text) {
  for (const LivenessMode mode : {LivenessMode::off, LivenessMode::passive, LivenessMode::active})
    if (text == to_string(mode)) return mode;
  return std::nullopt;
}

std::string_view Challenge::request() const {
  return kind_ == Kind::blink ? "please blink" : "please turn your head and look back";
}

// Open, shut, and open again: eyes that stay shut, or that a hand covers, are no blink.
bool Challenge::blinked(std::optional<float> eyes_open) {
  if (!eyes_open) return false;
  const bool open = *eyes_open >= options_.eyes_open_from;
  if (shut_) return open;
  if (*eyes_open <= options_.eyes_shut_to) {
    shut_ = open_before_ >= kOpenBefore;
    open_before_ = 0;
  } else if (open) {
    ++open_before_;
  }
  return false;
}

bool Challenge::turned(float yaw) {
  if (first_yaws_.size() < kFirstYaws) {
    first_yaws_.push_back(yaw);
    std::sort(first_yaws_.begin(), first_yaws_.end());
    return false;
  }
  const float straight = first_yaws_[kFirstYaws / 2];
  turned_frames_ = std::abs(yaw - straight) >= options_.turn_by ? turned_frames_ + 1 : 0;
  return turned_frames_ >= kTurnedFrames;
}

Challenge::State Challenge::observe(Timestamp at, std::optional<float> eyes_open,
                                    const vision::HeadPose& pose) {
  if (state_ != State::asked) return state_;
  const bool done = kind_ == Kind::blink ? blinked(eyes_open) : turned(pose.yaw);
  if (done) {
    state_ = State::met;
    met_at_ = at;
  } else if (at - asked_at_ >= options_.time_limit) {
    state_ = State::failed;
  }
  return state_;
}

}  // namespace sas::edge
