#include "attend/command_support.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "config/settings.h"
#include "vision/pack/model_pack.h"

namespace sas::attend {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

int fail(const Error& error) {
  fmt::print(stderr, "attend: {}\n", error.message);
  return kFailed;
}

int usage(const std::string& message) {
  fmt::print(stderr, "attend: {}\n", message);
  return kUsage;
}

Result<config::EdgeConfig> load_config(bool with_log_file) {
  auto settings = config::Settings::load(kDotenv);
  config::EdgeConfig config = config::read_edge_config(settings);
  if (auto checked = settings.check(); !checked) return checked.error();
  if (!with_log_file) {
    config.logging.file.reset();
    config.logging.level = std::max(config.logging.level, spdlog::level::warn);
  }
  if (auto ready = setup_logging(config.logging); !ready) return ready.error();
  for (const std::string& name : settings.unknown_names()) {
    spdlog::warn("{} sets {}, which no program reads; is it misspelt?", kDotenv, name);
  }
  return config;
}

edge::ApiClientOptions client_options(const config::EdgeConfig& config) {
  edge::ApiClientOptions options;
  options.base_url = config.server_url;
  options.api_key = config.api_key.value_or("");
  options.ca_file = config.server_ca_file;
  return options;
}

Result<std::unique_ptr<vision::FaceEngine>> load_engine(const config::EdgeConfig& config,
                                                        const EngineChoice& choice) {
  const auto& models_dir = config.models.models_dir;
  const auto pack =
      vision::find_recognising_pack(models_dir, choice.pack.empty() ? config.models.model_pack : choice.pack);
  if (!pack) return pack.error();
  vision::EngineOptions options;
  options.models_dir = models_dir;
  const std::string& liveness =
      choice.liveness_pack.empty() ? config.models.liveness_pack : choice.liveness_pack;
  auto judges = vision::find_liveness_models(models_dir, *pack, liveness);
  if (!judges) return judges.error();
  options.liveness = std::move(*judges);
  auto second = vision::find_second_opinion(models_dir);
  if (!second) return second.error();
  options.second_opinion = std::move(*second);
  options.threads = choice.threads;
  options.device = vision::Device::automatic;
  if (choice.device == "cpu") options.device = vision::Device::cpu;
  if (choice.device == "cuda") options.device = vision::Device::cuda;
  auto engine = vision::FaceEngine::load(*pack, options);
  if (engine && !(*engine)->has_second_opinion() && pack->model("landmarks") != nullptr)
    spdlog::warn(
        "{} is not installed, so the landmark model of {} is only checked against itself; the second opinion "
        "comes with: attend models pull {}",
        vision::kSecondOpinionPack, pack->name, vision::kSecondOpinionPack);
  return engine;
}

void warn_of_liveness(const vision::FaceEngine& engine) {
  const auto& liveness = engine.pack().liveness;
  if (!engine.judges_liveness())
    spdlog::warn(
        "model pack {} has no liveness model, so events carry no liveness score; attend models pull {} "
        "brings "
        "one (docs/models.md)",
        engine.pack().name, vision::kLivenessPack);
  else if (liveness && liveness->weak)
    spdlog::warn(
        "liveness is weak: the models here take many living people for pictures, so a low score only flags "
        "the "
        "record; attend models pull {} brings better ones (docs/models.md), and --liveness active asks "
        "people to "
        "move",
        vision::kLivenessPack);
}

StopOnSignal::StopOnSignal() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::jthread([source = source_](const std::stop_token& ended) mutable {
    const sigset_t awaited = stop_signals();
    const timespec patience{0, 100'000'000};
    while (!ended.stop_requested()) {
      const int signal = sigtimedwait(&awaited, nullptr, &patience);
      if (signal < 0) continue;
      // The second request ends at once; accepted events are on disk.
      if (!source.request_stop()) std::_Exit(128 + signal);
    }
  });
}

StopOnSignal::~StopOnSignal() {
  thread_.request_stop();
  thread_.join();
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace sas::attend
