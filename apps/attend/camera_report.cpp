#include "attend/camera_report.h"

#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "edge/text_table.h"
#include "protocol/json_writer.h"

namespace sas::attend {
namespace {

constexpr std::array<Outcome, 5> kOutcomes{Outcome::marked, Outcome::cooldown, Outcome::unknown,
                                           Outcome::ambiguous, Outcome::spoof};

std::uint64_t count(const edge::CameraReport& run, Outcome outcome) {
  return run.uplink.by_outcome.at(static_cast<std::size_t>(outcome));
}

// Processing beyond the models' own time.
std::chrono::nanoseconds overhead(const edge::CameraReport& run) {
  return run.pipeline.in_process - run.pipeline.in_models;
}

boost::json::object object_of(const edge::CameraReport& run) {
  const auto& p = run.pipeline;
  boost::json::object outcomes;
  for (const Outcome outcome : kOutcomes) outcomes[to_string(outcome)] = count(run, outcome);
  return {{"camera", run.camera.value},
          {"source", run.source},
          {"frames", p.frames},
          {"frames_with_face", p.frames_with_face},
          {"frames_dropped", run.dropped},
          {"frames_undecoded", run.undecoded},
          {"reconnects", run.reconnects},
          {"tracks", p.tracks},
          {"tracks_never_good", p.tracks_never_good},
          {"looks", p.looks},
          {"embeddings", p.embeddings},
          {"events", p.events},
          {"resends", p.resends},
          {"events_lost", p.lost},
          {"largest_event_bytes", p.largest_event},
          {"asked", p.asked},
          {"proved_alive", p.proved},
          {"not_proved_alive", p.not_proved},
          {"left_unproved", p.left_unproved},
          {"outcomes", std::move(outcomes)},
          {"delivered", run.uplink.delivered()},
          {"refused", run.uplink.refused},
          {"waiting", run.waiting},
          {"rejected_in_outbox", run.rejected},
          {"outbox", run.outbox.string()},
          {"seconds", run.seconds},
          {"frames_per_second", run.frames_per_second()},
          {"share_in_models", run.share(p.in_models)},
          {"share_around_models", run.share(overhead(run))},
          {"share_waiting_for_frames", run.share(run.waited_for_frames)}};
}

std::string_view words(edge::ServerState state) {
  switch (state) {
    case edge::ServerState::up:
      return "server up";
    case edge::ServerState::down:
      return "SERVER DOWN";
    case edge::ServerState::key_refused:
      return "KEY REFUSED";
    case edge::ServerState::unknown:
      break;
  }
  return "server not asked yet";
}

}  // namespace

std::string as_table(const edge::CameraReport& run) {
  const auto& p = run.pipeline;
  std::string outcomes;
  for (const Outcome outcome : kOutcomes) {
    if (count(run, outcome) == 0) continue;
    outcomes += fmt::format("{}{} {}", outcomes.empty() ? "" : ", ", count(run, outcome), to_string(outcome));
  }
  std::vector<std::vector<std::string>> rows{
      {"camera", run.camera.value},
      {"source", run.source},
      {"frames", fmt::format("{} ({} with a face)", p.frames, p.frames_with_face)},
      {"tracks", fmt::format("{} ({} never good enough to recognise)", p.tracks, p.tracks_never_good)},
      {"events", fmt::format("{} (largest {} bytes)", p.events, p.largest_event)},
      {"answers", outcomes.empty() ? "none" : outcomes},
      {"waiting", std::to_string(run.waiting)},
      {"speed", fmt::format("{:.1f} frames/s over {:.1f} s", run.frames_per_second(), run.seconds)},
      {"time",
       fmt::format(
           "{:.0f} % models ({} looks, {} embeddings), {:.1f} % around them, {:.0f} % waiting for frames",
           100 * run.share(p.in_models), p.looks, p.embeddings, 100 * run.share(overhead(run)),
           100 * run.share(run.waited_for_frames))}};
  if (p.asked > 0) {
    rows.push_back({"liveness", fmt::format("{} did as asked, {} did not, {} left", p.proved, p.not_proved,
                                            p.left_unproved)});
  }
  if (run.dropped > 0)
    rows.push_back({"skipped", fmt::format("{} frames came faster than they could be judged", run.dropped)});
  if (run.undecoded > 0)
    rows.push_back({"damaged", fmt::format("{} pictures were only the decoder's grey", run.undecoded)});
  if (run.reconnects > 0) rows.push_back({"reconnects", std::to_string(run.reconnects)});
  if (p.lost > 0) rows.push_back({"lost", fmt::format("{} events that the outbox could not take", p.lost)});
  if (run.rejected > 0)
    rows.push_back({"refused", fmt::format("{} kept in {}", run.rejected, run.outbox.string())});
  return edge::format_table(rows);
}

std::string as_json(const std::vector<edge::CameraReport>& reports) {
  if (reports.size() == 1) return protocol::JsonWriter().value(object_of(reports.front())).take();
  boost::json::array cameras;
  for (const auto& report : reports) cameras.emplace_back(object_of(report));
  return protocol::JsonWriter().value(boost::json::object{{"cameras", std::move(cameras)}}).take();
}

std::string status_line(const edge::CameraState& state) {
  return fmt::format("{} | {:.0f} fps | {} waiting | {}", state.camera.value, state.frames_per_second,
                     state.waiting, state.connected ? words(state.server) : std::string_view("CAMERA LOST"));
}

}  // namespace sas::attend
