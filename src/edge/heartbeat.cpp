#include "edge/heartbeat.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "edge/api_client.h"
#include "protocol/heartbeat.h"

namespace sas::edge {

void WatchLog::on_frame(Timestamp at, bool repeated) {
  const auto follows = [&](Timestamp last) { return at >= last && at - last <= longest_gap_; };
  if (repeated) {
    if (!intervals_.empty() && follows(held_until_.value_or(intervals_.back().to))) held_until_ = at;
    return;
  }
  const auto held = std::exchange(held_until_, std::nullopt);
  if (!intervals_.empty()) {
    Interval& last = intervals_.back();
    if (held && follows(*held)) last.to = *held;
    // A clock that was set back starts a new interval.
    if (follows(last.to)) {
      last.to = at;
      return;
    }
  }
  intervals_.push_back({at, at});
  if (intervals_.size() > kMost) intervals_.pop_front();
}

std::optional<Interval> WatchLog::unconfirmed() const {
  if (intervals_.empty() || intervals_.front().from == intervals_.front().to) return std::nullopt;
  return intervals_.front();
}

void WatchLog::confirm(const Interval& told) {
  if (intervals_.empty() || intervals_.front().from != told.from) return;
  if (intervals_.size() > 1 && intervals_.front().to == told.to) {
    intervals_.pop_front();
    // A single frame is no interval.
    while (intervals_.size() > 1 && intervals_.front().from == intervals_.front().to) intervals_.pop_front();
  } else {
    intervals_.front().from = told.to;  // continues where the confirmed part ends
  }
}

Result<void> HttpHeartbeatSender::send(const Heartbeat& heartbeat, std::stop_token stop) {
  const auto reply = client_.send("POST", "/api/v1/cameras/" + heartbeat.camera.value + "/heartbeat",
                                  protocol::write_heartbeat(heartbeat), std::move(stop));
  if (!reply) return reply.error();
  if (reply->status < 200 || reply->status >= 300) return error_of(*reply, client_.base_url());
  return {};
}

HeartbeatReporter::HeartbeatReporter(std::unique_ptr<HeartbeatSender> sender, const Clock& clock,
                                     HeartbeatOptions options)
    : sender_(std::move(sender)),
      clock_(clock),
      options_(std::move(options)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

HeartbeatReporter::~HeartbeatReporter() {
  thread_.request_stop();
  thread_.join();
  report_all({});
}

void HeartbeatReporter::on_frame(const Frame& frame, const std::vector<FaceLabel>& /*labels*/,
                                 const CameraState& state) {
  const std::lock_guard lock(mutex_);
  OfCamera& camera = cameras_[state.camera.value];
  camera.watched.on_frame(clock_.now(), frame.repeated);
  camera.state = state;
}

void HeartbeatReporter::on_quiet(const CameraState& state) {
  const std::lock_guard lock(mutex_);
  OfCamera& camera = cameras_[state.camera.value];
  if (!state.connected) camera.watched.on_loss();
  camera.state = state;
}

void HeartbeatReporter::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      ended_.wait_for(lock, stop, options_.every, [] { return false; });
    }
    if (!stop.stop_requested()) report_all(stop);
  }
}

void HeartbeatReporter::report_all(const std::stop_token& stop) {
  std::vector<std::string> cameras;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [camera, unused] : cameras_) cameras.push_back(camera);
  }
  for (const auto& camera : cameras)
    if (!report(camera, stop)) return;
}

bool HeartbeatReporter::report(const std::string& camera, const std::stop_token& stop) {
  for (bool first = true;; first = false) {
    Heartbeat heartbeat;
    heartbeat.camera = CameraId{camera};
    heartbeat.software = options_.software;
    heartbeat.model = options_.model;
    {
      const std::lock_guard lock(mutex_);
      const OfCamera& known = cameras_[camera];
      heartbeat.watched = known.watched.unconfirmed();
      heartbeat.fps = static_cast<float>(known.state.connected ? known.state.frames_per_second : 0);
      heartbeat.outbox_waiting = static_cast<std::int64_t>(known.state.waiting);
    }
    if (!first && !heartbeat.watched)
      return true;  // the first of each round is sent even if there is nothing new
    const auto sent = sender_->send(heartbeat, stop);
    if (!sent) {
      if (told_)
        spdlog::warn("the server does not accept heartbeats: {}; they are sent later", sent.error().message);
      told_ = false;
      return false;
    }
    told_ = true;
    if (!heartbeat.watched) return true;
    const std::lock_guard lock(mutex_);
    WatchLog& watched = cameras_[camera].watched;
    watched.confirm(*heartbeat.watched);
    const auto next = watched.unconfirmed();
    // Frames that arrived meanwhile wait for the next round.
    if (!next || next->from == heartbeat.watched->to) return true;
  }
}

}  // namespace sas::edge
