#include "edge/frame_pump.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace sas::edge {
namespace {
constexpr std::size_t kReadAhead = 4;  // frames of a file decoded ahead of the models
constexpr std::chrono::milliseconds kLongestPause{30000};
}  // namespace

FramePump::FramePump(std::unique_ptr<FrameSource> source, Reopen reopen,
                     std::chrono::milliseconds first_pause)
    : source_(std::move(source)),
      reopen_(std::move(reopen)),
      first_pause_(first_pause),
      live_(source_->live()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

FramePump::~FramePump() { stop(); }

void FramePump::stop() {
  thread_.request_stop();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

FramePump::State FramePump::next(Frame& frame, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto something = [&] { return ended_ || !frames_.empty(); };
  if (live_) {
    changed_.wait_for(lock, patience, something);
  } else {
    changed_.wait(lock, something);
  }
  if (!frames_.empty()) {
    frame = std::move(frames_.front());
    frames_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return State::frame;
  }
  return ended_ ? State::ended : State::none_yet;
}

std::optional<Error> FramePump::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void FramePump::put(Frame frame, const std::stop_token& stop) {
  {
    std::unique_lock lock(mutex_);
    if (live_) {
      dropped_ += frames_.size();
      frames_.clear();
    } else if (!changed_.wait(lock, stop, [&] { return frames_.size() < kReadAhead; })) {
      return;
    }
    frames_.push_back(std::move(frame));
  }
  changed_.notify_all();
}

bool FramePump::reconnect(const std::stop_token& stop) {
  connected_ = false;
  source_.reset();  // a device can be opened again only once it is closed
  for (auto pause = first_pause_; !stop.stop_requested(); pause = std::min(pause * 2, kLongestPause)) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, pause, [] { return false; });
    }
    if (stop.stop_requested()) break;
    auto source = reopen_();
    if (source) {
      source_ = std::move(*source);
      connected_ = true;
      ++reconnects_;
      spdlog::info("{} is back", source_->description());
      return true;
    }
    spdlog::warn("{}; trying again", source.error().message);
  }
  return false;
}

void FramePump::run(const std::stop_token& stop) {
  std::optional<Error> failure;
  std::uint64_t index = 0;
  while (!stop.stop_requested()) {
    auto frame = source_->next(stop);
    if (frame && *frame) {
      (*frame)->index = index++;  // goes on counting when a source was opened again
      put(std::move(**frame), stop);
      continue;
    }
    if (frame) break;
    if (live_ && reopen_ && frame.error().kind == ErrorKind::unavailable) {
      spdlog::warn("{}", frame.error().message);
      if (reconnect(stop)) continue;
      break;
    }
    failure = frame.error();
    break;
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    failure_ = std::move(failure);
  }
  changed_.notify_all();
}

}  // namespace sas::edge
