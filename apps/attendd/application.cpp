#include "application.h"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "access/access_service.h"
#include "access/key_ring.h"
#include "api/api.h"
#include "api/camera_watch.h"
#include "api/live_events.h"
#include "api/metrics.h"
#include "attendance/calibrator.h"
#include "attendance/services.h"
#include "backends.h"
#include "base/clock.h"
#include "browser_packs.h"
#include "cooldown_setup.h"
#include "http/router.h"
#include "http/server.h"
#include "live_sharing.h"
#include "relay/redis/redis_bridge.h"
#include "vision/pack/model_pack.h"

namespace sas {
namespace {

// What both neighbourhoods together take off a cosine in a gallery of some thousand people.
constexpr float kUsualNeighbourhood = 0.15F;
constexpr std::size_t kMaxBodyBytes = 8UL * 1024 * 1024;  // a batch of a thousand events and some

// The configured pack's model first, then those of the other known packs: a person may have templates of
// several.
Result<std::vector<attendance::ModelPolicy>> model_policies(const config::ServerConfig& config,
                                                            const std::vector<vision::ModelPack>& packs) {
  auto chosen = vision::find_recognising_pack(config.models.models_dir, config.models.model_pack);
  if (!chosen) return chosen.error();
  std::vector<attendance::ModelPolicy> policies{
      {.id = chosen->embedder,
       .threshold = config.similarity_threshold.value_or(chosen->threshold.cosine),
       .fixed = config.similarity_threshold.has_value(),
       .prior = chosen->prior}};
  for (const vision::ModelPack& pack : packs) {
    bool known = !pack.recognises();
    for (const attendance::ModelPolicy& policy : policies) known = known || policy.id == pack.embedder;
    if (!known)
      policies.push_back({.id = pack.embedder, .threshold = pack.threshold.cosine, .prior = pack.prior});
  }
  return policies;
}

// build/release/ui for build/release/bin/attendd, and so wherever both are put.
std::filesystem::path pages_beside_program() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return program.parent_path().parent_path() / "ui";
}

// How liveness scores are judged, and by whose models browsers and the edges of this machine make them.
struct LivenessRules {
  float threshold = 0;
  std::optional<float> weak_threshold{};
  api::LivenessJudge judge{};
};

Result<LivenessRules> liveness_rules(const config::ServerConfig& config) {
  const auto& folder = config.models.models_dir;
  const auto pack = vision::find_pack(folder, config.models.model_pack);
  if (!pack) return pack.error();
  const auto models = vision::find_liveness_models(folder, *pack, config.models.liveness_pack);
  if (!models) return models.error();
  const auto better = vision::find_liveness_pack(folder, vision::kLivenessPack);
  if (!better) return better.error();
  const auto& own = models->threshold(*pack);
  const bool weak = own && own->weak;
  const bool judged = !models->names(*pack).empty();
  LivenessRules rules;
  // Scores of weak models come as weak_liveness. Another score is by the better models, which an edge may have without
  // this server.
  const auto& strong = weak || !judged ? better->liveness : own;
  rules.threshold = config.liveness_threshold.value_or(strong.value_or(vision::LivenessThreshold{}).score);
  // An operator who sets a threshold or requires liveness means it whatever models there are.
  rules.weak_threshold = config.liveness_threshold;
  if (config.liveness_required && !rules.weak_threshold && weak) rules.weak_threshold = own->score;

  rules.judge.pack = models->names(*pack);
  rules.judge.weak = weak;
  if (!weak) return rules;
  rules.judge.flag_below = own->score;
  rules.judge.advice = fmt::format(
      "the liveness models of {} take many living people for pictures, so {}; better ones: attend models "
      "pull {} "
      "(docs/models.md)",
      rules.judge.pack,
      rules.weak_threshold ? "some people will be refused as pictures"
                           : "a low score only flags the record and turns nobody away",
      vision::kLivenessPack);
  return rules;
}

}  // namespace

// In the order in which they are made; they are destroyed in the reverse order. Each open_…() makes one part of those
// before it.
struct Application::Parts {
  explicit Parts(config::ServerConfig given) : config(std::move(given)) {}
  // The bridge calls the camera watch, which is destroyed before it. A long request that the server gave up uses the
  // services to its end.
  ~Parts() {
    long_threads.join();
    if (bridge) bridge->stop();
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  [[nodiscard]] Result<void> open_models();
  [[nodiscard]] Result<void> open_backends();
  [[nodiscard]] Result<void> open_cooldown();
  [[nodiscard]] Result<void> open_services();
  [[nodiscard]] Result<void> open_live();
  [[nodiscard]] Result<void> open_access();
  void open_api();

  [[nodiscard]] attendance::Services services() const {
    return {.recognition = *recognition,
            .people = *people,
            .log = *log,
            .days = *days,
            .cameras = *cameras,
            .audit = backends.store->audit(),
            .clock = clock};
  }
  [[nodiscard]] api::LiveParts live_parts();
  [[nodiscard]] api::SystemProbe probe();

  const config::ServerConfig config;
  SystemClock clock;
  std::vector<vision::ModelPack> packs;
  std::unique_ptr<attendance::ModelPolicies> models;
  boost::asio::thread_pool long_threads{std::max(1U, std::thread::hardware_concurrency() / 2)};
  Backends backends;
  Cooldown cooldown;
  api::Metrics metrics;
  relay::Relay relay;
  relay::EventHub events;
  std::unique_ptr<attendance::Calibrations> calibrations;
  std::unique_ptr<attendance::Calibrator> calibrator;
  api::LivenessJudge liveness;
  std::unique_ptr<attendance::RecognitionService> recognition;
  std::unique_ptr<attendance::PeopleService> people;
  std::unique_ptr<attendance::LogService> log;
  std::unique_ptr<attendance::DayService> days;
  std::unique_ptr<attendance::CameraService> cameras;
  std::unique_ptr<relay::RedisBridge> bridge;  // none: there are no other servers
  std::unique_ptr<api::LiveEvents> live_events;
  std::unique_ptr<api::CameraWatch> camera_watch;
  std::unique_ptr<access::KeyRing> key_ring;
  std::unique_ptr<access::AccessService> access;
  std::unique_ptr<api::Api> api;
  std::unique_ptr<http::Server> server;
};

Result<void> Application::Parts::open_models() {
  auto known = vision::known_packs(config.models.models_dir);
  if (!known) return known.error();
  packs = std::move(*known);
  auto policies = model_policies(config, packs);
  if (!policies) return policies.error();
  models = std::make_unique<attendance::ModelPolicies>(std::move(*policies));
  return {};
}

Result<void> Application::Parts::open_backends() {
  float highest_threshold = -1;
  for (const attendance::ModelPolicy& policy : models->all()) {
    highest_threshold = std::max(highest_threshold, policy.threshold);
    // A calibrated threshold is for scores, which are below the cosine by what the two neighbourhoods take off.
    if (policy.source() != ThresholdSource::calibrated) continue;
    const attendance::GalleryScores alone{.people = 1, .strangers = {}, .genuine = {}};
    const auto calibration = attendance::calibrate(alone, *policy.prior, config.false_identification_rate);
    highest_threshold = std::max(highest_threshold, calibration.threshold + kUsualNeighbourhood);
  }
  auto made = make_backends(config, highest_threshold);
  if (!made) return made.error();
  backends = std::move(*made);
  return {};
}

Result<void> Application::Parts::open_cooldown() {
  auto made = make_cooldown(config.cache, config.data_dir, backends.store->log(), clock);
  if (!made) return made.error();
  cooldown = std::move(*made);
  return {};
}

Result<void> Application::Parts::open_services() {
  const auto by_liveness = liveness_rules(config);
  if (!by_liveness) return by_liveness.error();
  liveness = by_liveness->judge;
  if (!liveness.advice.empty()) spdlog::warn("liveness is weak: {}", liveness.advice);
  const attendance::RecognitionOptions rules{.ambiguity_margin = config.ambiguity_margin,
                                             .liveness_threshold = by_liveness->threshold,
                                             .weak_liveness_threshold = by_liveness->weak_threshold,
                                             .liveness_required = config.liveness_required,
                                             .cooldown = config.cooldown,
                                             .oldest_event = std::chrono::days(config.oldest_event_days)};
  Store& store = *backends.store;
  calibrations =
      std::make_unique<attendance::Calibrations>(config.false_identification_rate, *backends.gallery);
  calibrator = std::make_unique<attendance::Calibrator>(*backends.gallery, *calibrations, *models,
                                                        std::vector{kFirstOrganisation});
  recognition = std::make_unique<attendance::RecognitionService>(
      rules, *models, store.log(), *backends.gallery, *cooldown.gate, clock, &metrics, calibrations.get());
  people =
      std::make_unique<attendance::PeopleService>(*models, store.people(), *backends.gallery, *cooldown.gate,
                                                  clock, backends.gallery_position, calibrations.get());
  log = std::make_unique<attendance::LogService>(store.log(), store.cameras(), clock);
  auto site = attendance::Site::of(config.site_time_zone, config.day_starts_at);
  if (!site) return site.error();
  days = std::make_unique<attendance::DayService>(store.days(), store.cameras(), clock, std::move(*site));
  cameras = std::make_unique<attendance::CameraService>(store.cameras(), clock, rules.future_tolerance);
  const attendance::ModelPolicy& first = models->all().front();
  if (first.source() == ThresholdSource::calibrated)
    spdlog::info(
        "model {}: the threshold is calibrated for {} false identifications in 1,000 strangers; cooldown {} "
        "s",
        first.id.value, 1000 * config.false_identification_rate, config.cooldown.count());
  else
    spdlog::info("model {}: a face is known from cosine {:.3f} on{}; cooldown {} s", first.id.value,
                 first.threshold, first.fixed ? "" : " (the pack has no figures to calibrate it with)",
                 config.cooldown.count());
  calibrator->start();
  return {};
}

Result<void> Application::Parts::open_live() {
  bridge = make_bridge(config, relay);
  live_events = std::make_unique<api::LiveEvents>(backends.store->feed(), events, clock);
  camera_watch = std::make_unique<api::CameraWatch>(
      *cameras, clock, kFirstOrganisation, events,
      [live = live_parts()](const relay::Topic& topic) { return api::is_live(live, topic); });
  return connect_live(relay, bridge.get(), *camera_watch);
}

Result<void> Application::Parts::open_access() {
  Store& store = *backends.store;
  auto opened = access::KeyRing::open(store.keys(), clock);
  if (!opened) return opened.error();
  key_ring = std::move(*opened);
  access = std::make_unique<access::AccessService>(store.keys(), store.sessions(), *key_ring, clock);
  return {};
}

api::LiveParts Application::Parts::live_parts() {
  api::LiveParts live{relay, events, *live_events};
  if (bridge) {
    live.is_live_elsewhere = [this](const relay::Topic& topic) { return bridge->is_live_elsewhere(topic); };
    live.sharing = [this] { return bridge->stats(); };
  }
  return live;
}

api::SystemProbe Application::Parts::probe() {
  api::SystemProbe probe;
  probe.ping_store = [this] { return backends.store->ping(); };
  // The gallery is filled before anything listens.
  probe.gallery_loaded = [] { return true; };
  probe.gallery_stats = [this] { return backends.gallery->stats(); };
  probe.store_backend = backends.store_name;
  probe.gallery_backend = backends.gallery_name;
  probe.ping_cooldown = cooldown.ping;
  probe.cooldown_backend = config::to_string(config.cache.backend);
  probe.cooldown_reason = config.cache.reason;
  probe.calibration = [this](const attendance::ModelPolicy& policy) {
    return calibrations->of({kFirstOrganisation, policy.id}, policy);
  };
  for (const vision::ModelPack& pack : packs) probe.packs.emplace(pack.embedder, pack.name);
  probe.liveness = liveness;
  return probe;
}

void Application::Parts::open_api() {
  api::ApiOptions options{.organisation = kFirstOrganisation};
  options.secure = config.tls_cert_file.has_value();
  options.ui_dir = config.ui_dir.value_or(pages_beside_program());
  options.packs =
      browser_packs(packs, config.models.models_dir, models->all().front().id, config.models.liveness_pack);
  options.api_key = config.api_key;
  options.session_longest = std::chrono::days(config.session_days);
  options.camera_limits = {.cameras = config.max_cameras,
                           .sightings_per_second = static_cast<double>(config.sightings_per_camera)};
  options.allowed_hosts = config.allowed_hosts;
  api = std::make_unique<api::Api>(std::move(options), services(),
                                   api::AccessParts{backends.store->sessions(), *access}, metrics, probe(),
                                   live_parts(), long_threads);
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Application::~Application() { stop(std::chrono::seconds(0)); }

Result<std::unique_ptr<Application>> Application::create(config::ServerConfig config) {
  auto parts = std::make_unique<Parts>(std::move(config));
  for (const auto open : {&Parts::open_models, &Parts::open_backends, &Parts::open_cooldown,
                          &Parts::open_services, &Parts::open_live, &Parts::open_access})
    if (auto opened = ((*parts).*open)(); !opened) return opened.error();
  parts->open_api();
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

Result<void> Application::start() {
  const config::ServerConfig& config = parts_->config;
  http::ServerOptions options;
  options.host = config.host;
  options.port = config.port;
  options.threads = static_cast<std::size_t>(config.threads);
  options.max_body_bytes = kMaxBodyBytes;
  options.max_connections = config.max_connections;
  options.max_connections_per_address = config.max_connections_per_address;
  options.max_body_memory = config.max_body_memory_mb * 1024 * 1024;
  if (config.tls_cert_file) options.tls = http::TlsOptions{*config.tls_cert_file, *config.tls_key_file};
  for (const std::string& warning : config::warnings_of(config)) spdlog::warn("{}", warning);
  if (!config::is_loopback(config.host) && !options.tls)
    spdlog::warn(
        "listening on {} without TLS: keys and templates travel in the clear unless a proxy in front of "
        "this server encrypts them; set TLS_CERT_FILE and TLS_KEY_FILE",
        config.host);

  http::Router router;
  parts_->api->add_routes(router);
  http::ServerHooks hooks;
  hooks.error_body = [api = parts_->api.get()](http::Status status, std::string_view code,
                                               std::string_view message) {
    return api->refusal(status, code, message);
  };
  auto server = http::Server::create(std::move(options), std::move(router), std::move(hooks));
  if (!server) return server.error();
  if (auto started = (*server)->start(); !started) return started.error();
  parts_->server = std::move(*server);
  return {};
}

std::string Application::url() const {
  const auto endpoint = parts_->server->endpoint();
  const std::string address = endpoint.address().to_string();
  return fmt::format("{}://{}:{}", parts_->config.tls_cert_file ? "https" : "http",
                     endpoint.address().is_v6() ? "[" + address + "]" : address, endpoint.port());
}

void Application::stop(std::chrono::seconds grace) {
  if (!parts_->server) return;
  parts_->calibrator.reset();  // uses the gallery
  // A request that was cut may have changed the store and not the gallery: then the next start asks the
  // store.
  KeptGallery* const kept = parts_->backends.kept;
  if (parts_->server->stop(grace) && kept != nullptr) kept->keep();
  parts_->server.reset();
}

}  // namespace sas
