#include "edge/camera_worker.h"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/redact.h"

namespace sas::edge {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{200};
constexpr std::chrono::seconds kSpeedOver{1};

PipelineOptions pipeline_options(const CameraSpec& spec, bool stills) {
  PipelineOptions options;
  options.camera = spec.id;
  options.stills = stills;
  options.liveness = spec.liveness;
  return options;
}

void log_result(const CameraId& camera, const UplinkResult& result) {
  if (!result.decision) return;  // the uplink has logged it
  const Decision& decision = *result.decision;
  const std::string who =
      decision.person ? fmt::format("{} ({})", decision.person->name, decision.person->code) : "a face";
  const std::string similarity =
      decision.similarity ? fmt::format(", similarity {:.3f}", *decision.similarity) : std::string();
  spdlog::info("{}: {}: {}{}", camera.value, to_string(decision.outcome), who, similarity);
}

}  // namespace

double CameraReport::share(std::chrono::nanoseconds part) const {
  return seconds > 0 ? std::chrono::duration<double>(part).count() / seconds : 0;
}

double CameraReport::frames_per_second() const {
  return seconds > 0 ? static_cast<double>(pipeline.frames) / seconds : 0;
}

Result<std::unique_ptr<CameraWorker>> CameraWorker::open(const CameraSpec& spec,
                                                         const vision::FaceEngine& engine, const Clock& clock,
                                                         const WorkerOptions& options,
                                                         std::vector<CameraObserver*> observers) {
  const auto path = outbox_path(options.data_dir, spec.id);
  auto lock = CameraLock::take(spec.id, path);
  if (!lock) return lock.error();
  auto outbox = Outbox::open({path});
  if (!outbox) return outbox.error();
  auto source = open_source(spec.source, {.view = spec.view}, clock);
  if (!source) {
    const auto kind = classify_source(spec.source);
    const bool may_come = kind && (*kind == SourceKind::stream || *kind == SourceKind::webcam) &&
                          source.error().kind == ErrorKind::unavailable;
    if (!options.wait_for_source || !may_come) return source.error();
    spdlog::warn("{}: {}; waiting for it", spec.id.value, source.error().message);
    source = std::unique_ptr<FrameSource>();
  } else if ((*source)->stills() && spec.liveness == LivenessMode::active) {
    return Error::of(ErrorKind::invalid_argument, "cannot_ask",
                     (*source)->description() +
                         ": nobody in a photograph can blink when asked; use passive liveness, or none");
  }
  if (options.retry_refused) {
    const auto moved = (*outbox)->requeue_rejected();
    if (!moved) return moved.error();
    spdlog::info("{}: {} rejected events are sent again", spec.id.value, *moved);
  }
  return std::unique_ptr<CameraWorker>(new CameraWorker(spec, engine, clock, std::move(*lock),
                                                        std::move(*outbox), std::move(*source), options,
                                                        std::move(observers)));
}

CameraWorker::CameraWorker(const CameraSpec& spec, const vision::FaceEngine& engine, const Clock& clock,
                           CameraLock lock, std::unique_ptr<Outbox> outbox,
                           std::unique_ptr<FrameSource> source, const WorkerOptions& options,
                           std::vector<CameraObserver*> observers)
    : spec_(spec),
      description_(source ? source->description() : redacted(spec.source)),
      live_(!source || source->live()),
      lock_(std::move(lock)),
      observers_(std::move(observers)),
      outbox_(std::move(outbox)),
      uplink_(*outbox_, std::make_unique<HttpRecognitionSender>(options.server, clock), clock),
      pipeline_(engine, clock, pipeline_options(spec, source && source->stills()),
                [this](const EventId& event, Timestamp captured_at, const std::string& body) {
                  auto kept = outbox_->put(event, captured_at, body);
                  if (kept) uplink_.wake();
                  return kept;
                }),
      pump_(std::move(source),
            // Copies: a read that hangs may outlive this object.
            [spec, &clock] { return open_source(spec.source, {.view = spec.view}, clock); },
            {.frozen_after = options.frozen_after}) {}

CameraWorker::~CameraWorker() = default;

void CameraWorker::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void CameraWorker::stop() { thread_.request_stop(); }

CameraState CameraWorker::state() const {
  return {spec_.id,      description_,   live_,          pump_.connected(), uplink_.statistics().server,
          speed_.load(), frames_.load(), events_.load(), outbox_->waiting()};
}

void CameraWorker::take_answers() {
  for (const auto& result : uplink_.take_results()) {
    log_result(spec_.id, result);
    pipeline_.on_result(result);
  }
}

void CameraWorker::run(const std::stop_token& stop) {
  const auto begin = SteadyClock::now();
  try {
    watch(stop);
    pipeline_.finish();
  } catch (const std::exception& failure) {  // the graphics card was lost, or memory ran out
    broken_ = Error::of(ErrorKind::internal, "camera_broken",
                        "camera " + spec_.id.value + " cannot continue: " + failure.what());
    spdlog::error("{}", broken_->message);
  }
  events_ = pipeline_.statistics().events;
  seconds_ = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  done_ = true;
}

void CameraWorker::watch(const std::stop_token& stop) {
  auto speed_since = SteadyClock::now();
  std::uint64_t frames_then = 0;
  Frame frame;
  while (!stop.stop_requested()) {
    const auto asked = SteadyClock::now();
    const auto state = pump_.next(frame, kPatience);
    waited_for_frames_ += SteadyClock::now() - asked;
    if (state == FramePump::State::ended) break;
    if (state == FramePump::State::frame) {
      pipeline_.process(frame);
      ++frames_;
    }
    take_answers();
    events_ = pipeline_.statistics().events;
    const auto now = SteadyClock::now();
    if (now - speed_since >= kSpeedOver) {
      speed_ = static_cast<double>(frames_ - frames_then) /
               std::chrono::duration<double>(now - speed_since).count();
      speed_since = now;
      frames_then = frames_;
    }
    if (observers_.empty()) continue;
    const CameraState told = this->state();
    for (CameraObserver* observer : observers_) {
      if (state == FramePump::State::frame) {
        observer->on_frame(frame, pipeline_.labels(), told);
      } else {
        observer->on_quiet(told);
      }
    }
  }
}

CameraReport CameraWorker::conclude(SteadyClock::time_point deadline) {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  pump_.stop();
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
  if (outbox_->waiting() > 0 && patience.count() > 0) {
    spdlog::info("{}: {} events are being delivered; waiting up to {} s", spec_.id.value, outbox_->waiting(),
                 std::chrono::duration_cast<std::chrono::seconds>(patience).count());
    // Does not react to the first Ctrl-C, which asks for an orderly end; a second one ends at once.
    uplink_.drain(patience, {});
  }
  take_answers();
  uplink_.stop();
  return {spec_.id,
          description_,
          seconds_,
          waited_for_frames_,
          pipeline_.statistics(),
          uplink_.statistics(),
          pump_.dropped(),
          pump_.undecoded(),
          pump_.reconnects(),
          pump_.abandoned(),
          outbox_->waiting(),
          outbox_->rejected(),
          outbox_->path(),
          broken_ ? broken_ : pump_.failure()};
}

}  // namespace sas::edge
