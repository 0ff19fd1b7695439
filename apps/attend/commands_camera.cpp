#include "attend/commands_camera.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "attend/camera_config.h"
#include "attend/camera_report.h"
#include "attend/command_support.h"
#include "edge/camera_worker.h"
#include "edge/display.h"
#include "edge/heartbeat.h"
#include "edge/live_publisher.h"
#include "protocol/fields.h"

namespace sas::attend {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct CameraArguments {
  std::string source = "0";
  std::optional<std::string> camera_id;
  std::optional<std::string> config;
  std::optional<std::string> resolution;
  std::optional<std::string> roi;
  int rotate = 0;
  std::string liveness = "passive";
  bool headless = false;
  bool live = false;
  bool json = false;
  bool retry_refused = false;
  int wait_seconds = 15;
  EngineChoice engine;
};

// The key is right, or an error; a server that is down is only warned of: events wait for it.
Result<void> check_server(const config::EdgeConfig& config) {
  edge::ApiClientOptions options = client_options(config);
  options.timeout = options.connect_timeout;
  edge::ApiClient client(options);
  auto answer = client.get("/api/v1/attendance?limit=1");
  if (answer) return {};
  const Error& error = answer.error();
  if (error.kind == ErrorKind::unauthenticated || error.kind == ErrorKind::permission_denied) return error;
  spdlog::warn("{}; events wait on disk until it answers", error.message);
  return {};
}

Result<edge::CameraSpec> camera_of(const CameraArguments& arguments, const config::EdgeConfig& config) {
  edge::CameraSpec spec;
  spec.source = arguments.source;
  auto id = protocol::parse_camera_id("--camera-id", arguments.camera_id.value_or(config.camera_id));
  if (!id) return id.error();
  spec.id = std::move(*id);
  if (arguments.resolution) {
    const auto size = edge::parse_resolution(*arguments.resolution, "--resolution");
    if (!size) return size.error();
    spec.view.resolution = *size;
  }
  if (arguments.roi) {
    const auto region = edge::parse_region(*arguments.roi, "--roi");
    if (!region) return region.error();
    spec.view.region = *region;
  }
  spec.view.rotation = arguments.rotate;
  spec.liveness = edge::parse_liveness_mode(arguments.liveness).value_or(edge::LivenessMode::passive);
  return spec;
}

// The cameras' latest pictures, from their threads to the one that owns the windows.
class Screen final : public edge::CameraObserver {
 public:
  [[nodiscard]] Result<void> open(const std::vector<edge::CameraSpec>& cameras) {
    for (const auto& camera : cameras) {
      auto window = edge::Display::open("attend camera - " + camera.id.value);
      if (!window) return window.error();
      windows_.emplace(camera.id.value, std::move(*window));
    }
    return {};
  }

  void on_frame(const edge::Frame& frame, const std::vector<edge::FaceLabel>& labels,
                const edge::CameraState& state) override {
    put(state, [&] {
      Picture picture{frame.image.clone(), status_line(state)};
      edge::draw_overlay(picture.image, labels, picture.status);
      return picture;
    });
  }
  void on_quiet(const edge::CameraState& state) override {
    if (state.connected) return;
    put(state, [&] {
      Picture picture{cv::Mat::zeros(360, 640, CV_8UC3), status_line(state)};
      edge::draw_overlay(picture.image, {}, picture.status);
      return picture;
    });
  }

  // Shows new pictures; false once the user has ended it.
  [[nodiscard]] bool show() {
    std::map<std::string, Picture> pictures;
    {
      const std::lock_guard lock(mutex_);
      pictures.swap(latest_);
    }
    if (pictures.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (auto& [camera, picture] : pictures) {
      const auto window = windows_.find(camera);
      if (window == windows_.end()) continue;
      const int key = window->second->show(picture.image);
      if (key == 'q' || key == edge::kEscapeKey) return false;
      if (!window->second->is_open()) windows_.erase(window);
    }
    return !windows_.empty();
  }

 private:
  struct Picture {
    cv::Mat image;
    std::string status;
  };
  // Does not replace a picture that was not shown yet, so that drawing it was not in vain.
  template <class Draw>
  void put(const edge::CameraState& state, const Draw& draw) {
    {
      const std::lock_guard lock(mutex_);
      if (latest_.contains(state.camera.value)) return;
    }
    auto picture = draw();
    const std::lock_guard lock(mutex_);
    latest_.emplace(state.camera.value, std::move(picture));
  }

  std::map<std::string, std::unique_ptr<edge::Display>> windows_;  // of the main thread
  std::mutex mutex_;
  std::map<std::string, Picture> latest_;  // guarded by mutex_
};

class CameraRun {
 public:
  CameraRun(const CameraArguments& arguments, const config::EdgeConfig& config,
            std::vector<edge::CameraSpec> cameras)
      : arguments_(arguments), config_(config), cameras_(std::move(cameras)) {}

  int run(const std::stop_token& stop);

 private:
  [[nodiscard]] Result<void> open_workers(const std::vector<edge::CameraObserver*>& observers);
  [[nodiscard]] Result<std::unique_ptr<edge::LivePublisher>> publish_live() const;
  // Runs until every source has ended, a signal arrives or the windows are closed.
  void watch(Screen* screen, const std::stop_token& stop) const;
  [[nodiscard]] int conclude();
  [[nodiscard]] static int conclude(const edge::CameraReport& report);

  const CameraArguments& arguments_;
  const config::EdgeConfig& config_;
  std::vector<edge::CameraSpec> cameras_;
  SystemClock clock_;
  std::unique_ptr<vision::FaceEngine> engine_;
  Screen screen_;
  std::unique_ptr<edge::LivePublisher> live_;  // none: not requested
  std::unique_ptr<edge::HeartbeatReporter> heartbeats_;
  std::vector<std::unique_ptr<edge::CameraWorker>> workers_;  // last: use all of the above
};

Result<void> CameraRun::open_workers(const std::vector<edge::CameraObserver*>& observers) {
  const vision::FaceEngine& engine = *engine_;
  edge::WorkerOptions options;
  options.data_dir = config_.data_dir;
  options.server = client_options(config_);
  options.retry_refused = arguments_.retry_refused;
  options.frozen_after = config_.frozen_after;
  // A camera that is off must not prevent the others from working.
  options.wait_for_source = arguments_.config.has_value();
  if (std::ranges::any_of(cameras_, [](const edge::CameraSpec& camera) {
        return camera.liveness != edge::LivenessMode::off;
      }))
    warn_of_liveness(engine);
  for (const auto& camera : cameras_) {
    auto worker = edge::CameraWorker::open(camera, engine, clock_, options, observers);
    if (!worker) {
      Error error = worker.error();
      if (cameras_.size() > 1) error.message = "camera " + camera.id.value + ": " + error.message;
      return error;
    }
    spdlog::info("{} as camera {}, liveness {}, model pack {} on {}, server {}", (*worker)->state().source,
                 camera.id.value, to_string(camera.liveness), engine.pack().name, engine.device_name(),
                 config_.server_url);
    workers_.push_back(std::move(*worker));
  }
  return {};
}

Result<std::unique_ptr<edge::LivePublisher>> CameraRun::publish_live() const {
  edge::LivePublisherOptions options;
  options.server = client_options(config_);
  std::vector<CameraId> ids;
  for (const auto& camera : cameras_) ids.push_back(camera.id);
  return edge::LivePublisher::create(std::move(options), ids);
}

void CameraRun::watch(Screen* screen, const std::stop_token& stop) const {
  const auto done = [&] {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->done(); });
  };
  // A file has an end to wait for; a camera runs for months.
  const bool live = std::ranges::any_of(workers_, [](const auto& worker) { return worker->state().live; });
  const std::chrono::seconds report_every(live ? 300 : 10);
  auto last_report = SteadyClock::now();
  while (!stop.stop_requested() && !done()) {
    if (screen != nullptr) {
      if (!screen->show()) return;
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (SteadyClock::now() - last_report < report_every) continue;
    last_report = SteadyClock::now();
    for (const auto& worker : workers_) {
      const auto state = worker->state();
      spdlog::info("{} | {} frames, {} events", status_line(state), state.frames, state.events);
    }
  }
}

int CameraRun::run(const std::stop_token& stop) {
  std::vector<edge::CameraObserver*> observers;
  if (!arguments_.headless) {
    if (auto opened = screen_.open(cameras_); !opened) return fail(opened.error());
    observers.push_back(&screen_);
  }
  if (auto checked = check_server(config_); !checked) return fail(checked.error());
  auto engine = load_engine(config_, arguments_.engine);
  if (!engine) return fail(engine.error());
  engine_ = std::move(*engine);
  if (arguments_.live) {
    auto publisher = publish_live();
    if (!publisher) return fail(publisher.error());
    live_ = std::move(*publisher);
    observers.push_back(live_.get());
  }
  heartbeats_ = std::make_unique<edge::HeartbeatReporter>(
      std::make_unique<edge::HttpHeartbeatSender>(client_options(config_)), clock_,
      edge::HeartbeatOptions{.software = "attend " SAS_VERSION, .model = engine_->pack().embedder.value});
  observers.push_back(heartbeats_.get());
  if (auto opened = open_workers(observers); !opened) return fail(opened.error());
  for (const auto& worker : workers_) worker->start();
  watch(arguments_.headless ? nullptr : &screen_, stop);
  for (const auto& worker : workers_) worker->stop();
  return conclude();
}

int CameraRun::conclude() {
  const auto deadline = SteadyClock::now() + std::chrono::seconds(arguments_.wait_seconds);
  std::vector<edge::CameraReport> reports;
  for (const auto& worker : workers_) reports.push_back(worker->conclude(deadline));
  if (arguments_.json) {
    fmt::print("{}\n", as_json(reports));
  } else {
    for (const auto& report : reports) fmt::print("{}{}", reports.size() > 1 ? "\n" : "", as_table(report));
  }
  int code = kDone;
  bool hanging = false;
  for (const auto& report : reports) {
    code = std::max(code, conclude(report));
    hanging = hanging || report.hanging > 0;
  }
  if (hanging) {
    // A thread that hangs in a driver still uses objects that an orderly shutdown would destroy. All events
    // are on disk.
    std::fflush(nullptr);
    spdlog::shutdown();
    std::_Exit(code);
  }
  return code;
}

int CameraRun::conclude(const edge::CameraReport& report) {
  int code = kDone;
  if (report.failure) code = fail(*report.failure);
  if (report.waiting > 0) {
    fmt::print(
        stderr, "attend: {} events wait in {}; the next run of this camera delivers them{}\n", report.waiting,
        report.outbox.string(),
        report.uplink.last_failure.empty() ? "" : " (last trouble: " + report.uplink.last_failure + ")");
    code = kFailed;
  }
  if (report.uplink.ahead > 0)
    fmt::print(stderr, "attend: {} are later than the server's time; set the clocks\n", report.uplink.ahead);
  if (report.uplink.refused > 0) {
    fmt::print(stderr,
               "attend: the server rejected {} events; they are kept in {} (table rejected), and "
               "--retry-refused sends them again once the cause is fixed\n",
               report.uplink.refused, report.outbox.string());
    code = kFailed;
  }
  if (report.pipeline.lost > 0) code = kFailed;
  if (report.pipeline.frames > 0 && report.pipeline.frames_with_face == 0)
    fmt::print(stderr, "attend: no face was seen in any frame of {}\n", report.source);
  return code;
}

int run_camera(const CameraArguments& arguments) {
  const StopOnSignal signals;
  const auto config = load_config(true);
  if (!config) return fail(config.error());
  std::vector<edge::CameraSpec> cameras;
  if (arguments.config) {
    auto listed = load_cameras(*arguments.config);
    if (!listed) return usage(listed.error().message);
    cameras = std::move(*listed);
  } else {
    auto camera = camera_of(arguments, *config);
    if (!camera) return usage(camera.error().message);
    cameras.push_back(std::move(*camera));
  }
  return CameraRun(arguments, *config, std::move(cameras)).run(signals.token());
}

void add_view_options(CLI::App& command, CameraArguments& arguments, CLI::Option* config) {
  command
      .add_option("--source", arguments.source,
                  "Webcam number, video file, RTSP or HTTP URL, or a folder of images")
      ->capture_default_str()
      ->excludes(config);
  command
      .add_option("--camera-id", arguments.camera_id,
                  "This camera's name in the log (or CAMERA_ID; else camera-1)")
      ->excludes(config);
  command
      .add_option("--resolution", arguments.resolution,
                  "Ask a webcam for it, such as 1280x720; make larger pictures of anything else smaller")
      ->excludes(config);
  command.add_option("--rotate", arguments.rotate, "Turn the picture clockwise by 0, 90, 180 or 270 degrees")
      ->check(CLI::IsMember({0, 90, 180, 270}))
      ->capture_default_str()
      ->excludes(config);
  command
      .add_option("--roi", arguments.roi,
                  "Look only at this part of the turned picture: left,top,width,height as shares, such as "
                  "0.25,0,0.5,1")
      ->excludes(config);
  command
      .add_option("--liveness", arguments.liveness,
                  "off; passive: the pack's model judges; active: people are asked to blink or turn the head")
      ->check(CLI::IsMember({"off", "passive", "active"}))
      ->capture_default_str()
      ->excludes(config);
}

}  // namespace

void add_camera_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("camera", "Watch a camera and send what it recognises to the server");
  auto arguments = std::make_shared<CameraArguments>();
  auto* config =
      command->add_option("--config", arguments->config,
                          "Several cameras in one process: a TOML file with a [[camera]] for each");
  add_view_options(*command, *arguments, config);
  command->add_flag("--headless", arguments->headless, "Without a window");
  command->add_flag("--live", arguments->live, "Show the pictures live on the server's dashboard");
  command->add_flag("--json", arguments->json, "Print the summary as JSON, for programs");
  command->add_option("--liveness-pack", arguments->engine.liveness_pack,
                      "Pack whose liveness models judge (or LIVENESS_PACK); default: the model pack's own");
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
                    "Send again what the server rejected in earlier runs");
  command->callback([arguments, &exit_code] { exit_code = run_camera(*arguments); });
}

}  // namespace sas::attend
