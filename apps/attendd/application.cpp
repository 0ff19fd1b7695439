#include "application.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "api/api.h"
#include "api/live_events.h"
#include "api/metrics.h"
#include "attendance/attendance_service.h"
#include "backends.h"
#include "base/clock.h"
#include "browser_packs.h"
#include "cooldown_setup.h"
#include "http/router.h"
#include "http/server.h"
#include "live_sharing.h"
#include "relay/redis/redis_bridge.h"
#include "run_here.h"
#include "vision/pack/model_pack.h"

namespace sas {
namespace {

constexpr std::size_t kMaxBodyBytes = 8UL * 1024 * 1024;  // a batch of a thousand events and some

// The configured pack's model first, then those of the other known packs: a person may have templates of
// several.
Result<std::vector<ModelPolicy>> model_policies(const config::ServerConfig& config,
                                                const std::vector<vision::ModelPack>& packs) {
  auto chosen = vision::find_recognising_pack(config.models.models_dir, config.models.model_pack);
  if (!chosen) return chosen.error();
  std::vector<ModelPolicy> policies{
      {chosen->embedder, config.similarity_threshold.value_or(chosen->threshold.cosine)}};
  for (const vision::ModelPack& pack : packs) {
    bool known = !pack.recognises();
    for (const ModelPolicy& policy : policies) known = known || policy.id == pack.embedder;
    if (!known) policies.push_back({pack.embedder, pack.threshold.cosine});
  }
  return policies;
}

// build/release/ui for build/release/bin/attendd, and so wherever both are put.
std::filesystem::path pages_beside_program() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return program.parent_path().parent_path() / "ui";
}

// The operator's, or else that of the models which the edges use by the same configuration.
Result<float> liveness_threshold(const config::ServerConfig& config) {
  if (config.liveness_threshold) return *config.liveness_threshold;
  const std::string& name =
      config.models.liveness_pack.empty() ? config.models.model_pack : config.models.liveness_pack;
  const auto pack = vision::find_pack(config.models.models_dir, name);
  if (!pack) return pack.error();
  return pack->liveness.value_or(vision::LivenessThreshold{}).score;
}

}  // namespace

// In the order in which they are made; they go in the reverse order.
struct Application::Parts {
  // The bridge tells the camera watch, which goes before it.
  ~Parts() {
    if (bridge) bridge->stop();
  }

  config::ServerConfig config;
  SystemClock clock;
  Backends backends;
  Cooldown cooldown;
  api::Metrics metrics;
  relay::Relay relay;
  relay::EventHub events;
  std::unique_ptr<relay::RedisBridge> bridge;  // none: there are no other servers
  std::unique_ptr<api::LiveEvents> live_events;
  std::unique_ptr<AttendanceService> attendance;
  std::unique_ptr<api::CameraWatch> camera_watch;
  std::unique_ptr<api::Api> api;
  std::unique_ptr<http::Server> server;
};

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Application::~Application() { stop(std::chrono::seconds(0)); }

Result<std::unique_ptr<Application>> Application::create(config::ServerConfig config) {
  const auto packs = vision::known_packs(config.models.models_dir);
  if (!packs) return packs.error();
  auto policies = model_policies(config, *packs);
  if (!policies) return policies.error();
  const ModelId first_model = policies->front().id;
  const auto liveness = liveness_threshold(config);
  if (!liveness) return liveness.error();

  auto parts = std::make_unique<Parts>();
  float highest_threshold = -1;
  for (const ModelPolicy& policy : *policies)
    highest_threshold = std::max(highest_threshold, policy.threshold);
  auto backends = make_backends(config, highest_threshold);
  if (!backends) return backends.error();
  parts->backends = std::move(*backends);
  auto cooldown = make_cooldown(config.cache, config.data_dir, *parts->backends.store, parts->clock);
  if (!cooldown) return cooldown.error();
  parts->cooldown = std::move(*cooldown);

  AttendanceOptions attendance;
  attendance.models = std::move(*policies);
  attendance.ambiguity_margin = config.ambiguity_margin;
  attendance.liveness_threshold = *liveness;
  attendance.cooldown = config.cooldown;
  attendance.gallery_position = parts->backends.gallery_position;
  spdlog::info("model {}: a face is known from cosine {:.3f} on; cooldown {} s",
               attendance.models.front().id.value, attendance.models.front().threshold,
               config.cooldown.count());
  parts->bridge = make_bridge(config, parts->relay, parts->events);
  api::EventShare share;
  if (relay::RedisBridge* const bridge = parts->bridge.get())
    share = {[bridge] { return bridge->are_events_wanted(); },
             [bridge](const relay::Event& event) { bridge->send(event); }};
  parts->live_events = std::make_unique<api::LiveEvents>(parts->metrics, parts->events, std::move(share));
  parts->attendance = std::make_unique<AttendanceService>(std::move(attendance), *parts->backends.store,
                                                          *parts->backends.gallery, *parts->cooldown.gate,
                                                          parts->clock, parts->live_events.get());
  Store& opened = *parts->backends.store;
  const Gallery& gallery = *parts->backends.gallery;
  api::SystemProbe probe;
  probe.ping_store = [&opened] { return opened.ping(); };
  // The gallery is filled before anything listens.
  probe.gallery_loaded = [] { return true; };
  probe.gallery_stats = [&gallery] { return gallery.stats(); };
  probe.store_backend = parts->backends.store_name;
  probe.gallery_backend = parts->backends.gallery_name;
  probe.ping_cooldown = parts->cooldown.ping;
  probe.cooldown_backend = config::to_string(config.cache.backend);
  probe.cooldown_reason = config.cache.reason;
  for (const vision::ModelPack& pack : *packs) probe.packs.emplace(pack.embedder, pack.name);
  api::LiveParts live{parts->relay, parts->events};
  if (parts->bridge) {
    live.is_live_elsewhere = [bridge = parts->bridge.get()](const std::string& camera) {
      return bridge->is_live_elsewhere(camera);
    };
    live.sharing = [bridge = parts->bridge.get()] { return bridge->stats(); };
  }
  parts->camera_watch = std::make_unique<api::CameraWatch>(
      *parts->attendance, parts->events,
      [live](const std::string& camera) { return api::is_live(live, camera); });
  const auto started = connect_live(parts->relay, parts->events, parts->bridge.get(), *parts->camera_watch);
  if (!started) return started.error();
  api::ApiOptions options;
  options.secure = config.tls_cert_file.has_value();
  options.ui_dir = config.ui_dir.value_or(pages_beside_program());
  options.packs = browser_packs(*packs, config.models.models_dir, first_model);
  options.api_key = config.api_key;
  options.allowed_hosts = config.allowed_hosts;
  parts->api = std::make_unique<api::Api>(std::move(options), *parts->attendance, parts->metrics,
                                          std::move(probe), std::move(live));
  parts->config = std::move(config);
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

Result<void> Application::start() {
  const config::ServerConfig& config = parts_->config;
  http::ServerOptions options;
  options.host = config.host;
  options.port = config.port;
  options.threads = static_cast<std::size_t>(config.threads);
  options.max_body_bytes = kMaxBodyBytes;
  if (config.tls_cert_file) options.tls = http::TlsOptions{*config.tls_cert_file, *config.tls_key_file};
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
  // A request that was cut may have changed the store and not the gallery: then the next start asks the
  // store.
  KeptGallery* const kept = parts_->backends.kept;
  if (parts_->server->stop(grace) && kept != nullptr) kept->keep();
  parts_->server.reset();
}

}  // namespace sas
