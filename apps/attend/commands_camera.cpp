#include "attend/commands_camera.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "attend/command_support.h"
#include "base/clock.h"
#include "edge/display.h"
#include "edge/frame_pump.h"
#include "edge/outbox.h"
#include "edge/pipeline.h"
#include "edge/text_table.h"
#include "edge/uplink.h"
#include "protocol/fields.h"
#include "protocol/json_writer.h"

namespace sas::attend {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct CameraArguments {
  std::string source = "0";
  std::optional<std::string> camera_id;
  bool headless = false;
  bool json = false;
  bool retry_refused = false;
  int wait_seconds = 15;
  EngineChoice engine;
};

struct RunSummary {
  std::string source;
  double seconds = 0;
  std::chrono::nanoseconds waited_for_frames{0};
  edge::PipelineStatistics pipeline;
  edge::UplinkStatistics uplink;
  std::uint64_t dropped = 0;
  std::uint64_t reconnects = 0;
  std::size_t waiting = 0;
  std::size_t rejected = 0;  // in the outbox, from earlier runs too
  std::string outbox;

  [[nodiscard]] double share(std::chrono::nanoseconds part) const {
    return seconds > 0 ? std::chrono::duration<double>(part).count() / seconds : 0;
  }
  [[nodiscard]] double frames_per_second() const {
    return seconds > 0 ? static_cast<double>(pipeline.frames) / seconds : 0;
  }
  [[nodiscard]] std::uint64_t outcome(Outcome which) const {
    return uplink.by_outcome.at(static_cast<std::size_t>(which));
  }
  // Processing beyond the models' own time.
  [[nodiscard]] std::chrono::nanoseconds overhead() const { return pipeline.in_process - pipeline.in_models; }
};

constexpr Outcome kOutcomes[] = {Outcome::marked, Outcome::cooldown, Outcome::unknown, Outcome::ambiguous,
                                 Outcome::spoof};

std::string as_table(const RunSummary& run) {
  const auto& p = run.pipeline;
  std::string outcomes;
  for (const Outcome outcome : kOutcomes) {
    if (run.outcome(outcome) == 0) continue;
    outcomes +=
        fmt::format("{}{} {}", outcomes.empty() ? "" : ", ", run.outcome(outcome), to_string(outcome));
  }
  std::vector<std::vector<std::string>> rows{
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
           100 * run.share(p.in_models), p.looks, p.embeddings, 100 * run.share(run.overhead()),
           100 * run.share(run.waited_for_frames))}};
  if (run.dropped > 0)
    rows.push_back({"skipped", fmt::format("{} frames came faster than they could be judged", run.dropped)});
  if (run.reconnects > 0) rows.push_back({"reconnects", std::to_string(run.reconnects)});
  if (p.lost > 0) rows.push_back({"lost", fmt::format("{} events that the outbox could not take", p.lost)});
  if (run.rejected > 0) rows.push_back({"refused", fmt::format("{} kept in {}", run.rejected, run.outbox)});
  return edge::format_table(rows);
}

std::string as_json(const RunSummary& run) {
  const auto& p = run.pipeline;
  boost::json::object outcomes;
  for (const Outcome outcome : kOutcomes) outcomes[to_string(outcome)] = run.outcome(outcome);
  return protocol::JsonWriter()
      .value(boost::json::object{{"source", run.source},
                                 {"frames", p.frames},
                                 {"frames_with_face", p.frames_with_face},
                                 {"frames_dropped", run.dropped},
                                 {"reconnects", run.reconnects},
                                 {"tracks", p.tracks},
                                 {"tracks_never_good", p.tracks_never_good},
                                 {"looks", p.looks},
                                 {"embeddings", p.embeddings},
                                 {"events", p.events},
                                 {"resends", p.resends},
                                 {"events_lost", p.lost},
                                 {"largest_event_bytes", p.largest_event},
                                 {"outcomes", std::move(outcomes)},
                                 {"delivered", run.uplink.delivered()},
                                 {"refused", run.uplink.refused},
                                 {"waiting", run.waiting},
                                 {"rejected_in_outbox", run.rejected},
                                 {"outbox", run.outbox},
                                 {"seconds", run.seconds},
                                 {"frames_per_second", run.frames_per_second()},
                                 {"share_in_models", run.share(p.in_models)},
                                 {"share_around_models", run.share(run.overhead())},
                                 {"share_waiting_for_frames", run.share(run.waited_for_frames)}})
      .take();
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

void log_result(const edge::UplinkResult& result) {
  if (!result.decision) return;  // the uplink has logged it
  const Decision& decision = *result.decision;
  const std::string who =
      decision.person ? fmt::format("{} ({})", decision.person->name, decision.person->code) : "a face";
  const std::string similarity =
      decision.similarity ? fmt::format(", similarity {:.3f}", *decision.similarity) : std::string();
  spdlog::info("{}: {}{}", to_string(decision.outcome), who, similarity);
}

// The key is right, or an error; a server that is down is only warned of: events wait for it.
Result<void> check_server(const config::EdgeConfig& config) {
  edge::ApiClientOptions options = client_options(config);
  options.timeout = options.connect_timeout;
  edge::ApiClient client(std::move(options));
  auto answer = client.get("/api/v1/attendance?limit=1");
  if (answer) return {};
  const Error& error = answer.error();
  if (error.kind == ErrorKind::unauthenticated || error.kind == ErrorKind::permission_denied) return error;
  spdlog::warn("{}; what is seen meanwhile waits on disk and is delivered when it answers", error.message);
  return {};
}

class CameraRun {
 public:
  CameraRun(const CameraArguments& arguments, const config::EdgeConfig& config, CameraId camera)
      : arguments_(arguments), config_(config), camera_(std::move(camera)) {}

  int run(const std::stop_token& stop);

 private:
  // Until the source ends, a signal comes or the window is closed.
  void watch(edge::FramePump& pump, edge::CameraPipeline& pipeline, edge::Uplink& uplink,
             const edge::Outbox& outbox, edge::Display* display, const std::stop_token& stop);
  int conclude(const edge::FramePump& pump);

  const CameraArguments& arguments_;
  const config::EdgeConfig& config_;
  CameraId camera_;
  SystemClock clock_;
  bool live_ = false;
  RunSummary summary_;
};

void CameraRun::watch(edge::FramePump& pump, edge::CameraPipeline& pipeline, edge::Uplink& uplink,
                      const edge::Outbox& outbox, edge::Display* display, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kPatience{200};
  // A file has an end to wait for; a camera runs for months.
  const std::chrono::seconds report_every(live_ ? 300 : 10);
  const auto begin = SteadyClock::now();
  auto last_report = begin;
  edge::Frame frame;
  while (!stop.stop_requested()) {
    const auto asked = SteadyClock::now();
    const auto state = pump.next(frame, kPatience);
    const auto got = SteadyClock::now();
    summary_.waited_for_frames += got - asked;
    if (state == edge::FramePump::State::ended) break;
    if (state == edge::FramePump::State::frame) pipeline.process(frame);
    for (const auto& result : uplink.take_results()) {
      log_result(result);
      pipeline.on_result(result);
    }
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
    const auto frames = pipeline.statistics().frames;
    const double speed = seconds > 0 ? static_cast<double>(frames) / seconds : 0;
    if (display != nullptr && !frame.image.empty()) {
      const std::string status =
          fmt::format("{} | {:.0f} fps | {} waiting | {}", camera_.value, speed, outbox.waiting(),
                      pump.connected() ? words(uplink.statistics().server) : std::string_view("CAMERA LOST"));
      edge::draw_overlay(frame.image, pipeline.labels(), status);
      const int key = display->show(frame.image);
      if (key == 'q' || key == edge::kEscapeKey || !display->is_open()) break;
    } else if (SteadyClock::now() - last_report >= report_every) {
      last_report = SteadyClock::now();
      spdlog::info("{} frames, {:.0f} a second, {} events, {} waiting, {}", frames, speed,
                   pipeline.statistics().events, outbox.waiting(), words(uplink.statistics().server));
    }
  }
  summary_.seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

int CameraRun::run(const std::stop_token& stop) {
  std::unique_ptr<edge::Display> display;
  if (!arguments_.headless) {
    auto opened = edge::Display::open("attend camera - " + camera_.value);
    if (!opened) return fail(opened.error());
    display = std::move(*opened);
  }
  if (auto checked = check_server(config_); !checked) return fail(checked.error());
  const auto engine = load_engine(config_, arguments_.engine);
  if (!engine) return fail(engine.error());
  auto outbox = edge::Outbox::open({edge::outbox_path(config_.data_dir, camera_)});
  if (!outbox) return fail(outbox.error());
  const auto open = [this] { return edge::open_source(arguments_.source, {}, clock_); };
  auto source = open();
  if (!source) return fail(source.error());
  if (arguments_.retry_refused) {
    const auto moved = (*outbox)->requeue_rejected();
    if (!moved) return fail(moved.error());
    spdlog::info("{} refused events are tried again", *moved);
  }
  summary_.source = (*source)->description();
  summary_.outbox = (*outbox)->path().string();
  spdlog::info("{} as camera {}, model pack {} on {}, server {}", summary_.source, camera_.value,
               (*engine)->pack().name, (*engine)->device_name(), config_.server_url);

  edge::Uplink uplink(**outbox, std::make_unique<edge::HttpRecognitionSender>(client_options(config_)),
                      clock_);
  edge::PipelineOptions options;
  options.camera = camera_;
  options.stills = (*source)->stills();
  live_ = (*source)->live();
  edge::CameraPipeline pipeline(**engine, clock_, options,
                                [&](const EventId& event, Timestamp captured_at, const std::string& body) {
                                  auto kept = (*outbox)->put(event, captured_at, body);
                                  if (kept) uplink.wake();
                                  return kept;
                                });
  edge::FramePump pump(std::move(*source), open, std::chrono::seconds(1));
  watch(pump, pipeline, uplink, **outbox, display.get(), stop);
  display.reset();
  pump.stop();
  pipeline.finish();

  if ((*outbox)->waiting() > 0) {
    spdlog::info("{} events are being delivered; waiting up to {} s", (*outbox)->waiting(),
                 arguments_.wait_seconds);
    // Not the signal's token: whoever pressed Ctrl-C wants an orderly end; a second one ends at once.
    uplink.drain(std::chrono::seconds(arguments_.wait_seconds), {});
  }
  for (const auto& result : uplink.take_results()) log_result(result);
  uplink.stop();
  summary_.pipeline = pipeline.statistics();
  summary_.uplink = uplink.statistics();
  summary_.waiting = (*outbox)->waiting();
  summary_.rejected = (*outbox)->rejected();
  return conclude(pump);
}

int CameraRun::conclude(const edge::FramePump& pump) {
  summary_.dropped = pump.dropped();
  summary_.reconnects = pump.reconnects();
  fmt::print("{}", arguments_.json ? as_json(summary_) + "\n" : as_table(summary_));
  int code = kDone;
  if (const auto failure = pump.failure()) code = fail(*failure);
  if (summary_.waiting > 0) {
    fmt::print(
        stderr, "attend: {} events wait in {}; the next run of this camera delivers them{}\n",
        summary_.waiting, summary_.outbox,
        summary_.uplink.last_failure.empty() ? "" : " (last trouble: " + summary_.uplink.last_failure + ")");
    code = kFailed;
  }
  if (summary_.uplink.refused > 0) {
    fmt::print(stderr,
               "attend: the server refused {} events for good; they are kept in {} (table rejected), and "
               "--retry-refused sends them again once the cause is mended\n",
               summary_.uplink.refused, summary_.outbox);
    code = kFailed;
  }
  if (summary_.pipeline.lost > 0) code = kFailed;
  return code;
}

int run_camera(const CameraArguments& arguments) {
  const StopOnSignal signals;
  const auto config = load_config(true);
  if (!config) return fail(config.error());
  const auto camera = protocol::parse_camera_id(
      "--camera-id", arguments.camera_id.value_or(config->camera_id.value_or("camera-1")));
  if (!camera) return usage(camera.error().message);
  return CameraRun(arguments, *config, *camera).run(signals.token());
}

}  // namespace

void add_camera_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("camera", "Watch a camera and send what it recognises to the server");
  auto arguments = std::make_shared<CameraArguments>();
  command
      ->add_option("--source", arguments->source,
                   "Webcam number, video file, RTSP or HTTP URL, or a folder of images")
      ->capture_default_str();
  command->add_option("--camera-id", arguments->camera_id,
                      "This camera's name in the log (or CAMERA_ID; else camera-1)");
  command->add_flag("--headless", arguments->headless, "Without a window");
  command->add_flag("--json", arguments->json, "The summary as JSON, for programs");
  command->add_option(
      "--liveness-pack", arguments->engine.liveness_pack,
      "Pack whose liveness models judge (or LIVENESS_PACK); the model pack's own unless said");
  command->add_option("--pack", arguments->engine.pack, "Model pack (or MODEL_PACK); see attend models list");
  command->add_option("--device", arguments->engine.device, "Where the models run: cpu, cuda or auto")
      ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
      ->capture_default_str();
  command->add_option("--threads", arguments->engine.threads, "CPU threads for the models")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      ->add_option("--wait", arguments->wait_seconds,
                   "Seconds to wait at the end for the server to take everything")
      ->check(CLI::Range(0, 86400))
      ->capture_default_str();
  command->add_flag("--retry-refused", arguments->retry_refused,
                    "Send again what the server refused for good in earlier runs");
  command->callback([arguments, &exit_code] { exit_code = run_camera(*arguments); });
}

}  // namespace sas::attend
