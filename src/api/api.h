#pragma once
// The HTTP face of the server: every route of the contract.
//
//   Metrics metrics;  // also the RecognitionService's
//   Api api({.organisation = organisation, .api_key = key}, services, {sessions, access}, metrics, probe, {relay, events, live_events});
//   api.add_routes(router);
//   hooks.error_body = [&api](auto status, auto code, auto message) { return api.refusal(status, code, message); };

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "access/access_service.h"
#include "api/camera_limits.h"
#include "api/metrics.h"
#include "attendance/services.h"
#include "base/task.h"
#include "domain/ids.h"
#include "gallery/gallery.h"
#include "http/message.h"
#include "http/router.h"
#include "relay/event_hub.h"
#include "relay/relay.h"
#include "relay/topic.h"
#include "store/sessions.h"

namespace sas::api {

class LiveEvents;

// A model pack that a browser fetches to act as an edge.
struct BrowserPack {
  struct File {
    std::string name;
    std::string sha256;  // 64 lower-case hex digits, computed from the file
    std::filesystem::path path;
  };
  std::string name;
  std::string manifest_json;  // ModelPack in openapi.json
  std::vector<File> files;
};

struct ApiOptions {
  OrganisationId organisation;  // that the key belongs to, or everybody where there is no key
  // An administrator's. None: everybody who shows no key is one; for loopback only.
  std::optional<std::string> api_key = std::nullopt;
  std::vector<std::string> allowed_hosts = {};  // without a key: Host names next to this machine's own
  std::chrono::hours session_longest = std::chrono::days(30);  // however much it is used
  std::size_t max_batch_events = 1000;
  CameraLimitOptions camera_limits = {};
  bool secure = false;  // the server speaks TLS, and so must every request that carries the session cookie
  // The dashboard's pages; none, or no such folder: a page says so.
  std::optional<std::filesystem::path> ui_dir = std::nullopt;
  std::vector<BrowserPack> packs = {};
};

// Who may ask. All outlive the Api.
struct AccessParts {
  SessionStore& sessions;
  access::AccessService& service;
};

// Live pictures and events. All outlive the Api.
struct LiveParts {
  relay::Relay& relay;
  relay::EventHub& events;
  LiveEvents& live_events;
  // Whether a camera publishes to another server; never empty.
  std::function<bool(const relay::Topic& topic)> is_live_elsewhere = [](const relay::Topic&) {
    return false;
  };
  std::function<relay::SharingStats()> sharing = nullptr;  // with other servers; empty: there are none
};

// Whose models judge liveness for browsers and for edges that share this server's models folder.
struct LivenessJudge {
  std::string pack{};  // empty: nobody judges
  bool weak = false;
  float flag_below = 0;  // weak: a lower score is worth a look at the record
  std::string advice{};  // how to get better models; empty: nothing to say
};

// What only the composition root knows. Functions are called on the server's threads, several at once, and must not be
// empty.
struct SystemProbe {
  std::function<Task<Result<void>>()> ping_store;
  std::function<bool()> gallery_loaded;  // until then nobody is recognised or enrolled: 503 "gallery_loading"
  std::function<GalleryStats()> gallery_stats;
  std::string store_backend;  // "sqlite"
  std::string gallery_backend;
  // Where cooldowns are kept. While it cannot be reached the store's own rule decides, and the server stays ready.
  std::function<Task<Result<void>>()> ping_cooldown;
  std::string cooldown_backend;
  std::string cooldown_reason;  // why this one
  // None, or empty: the model is judged by a raw cosine.
  std::function<std::optional<attendance::Calibration>(const attendance::ModelPolicy&)> calibration;
  std::map<ModelId, std::string> packs;  // which pack a model comes from
  LivenessJudge liveness;
};

// Thread-safe once add_routes has returned. Outlives the router it filled; what it is given outlives it. Long requests run
// on `long_threads`, so that the threads of the connections are free for the others; these threads must outlive the stores
// too, whose own threads complete into them.
class Api {
 public:
  Api(ApiOptions options, attendance::Services services, AccessParts access, Metrics& metrics,
      SystemProbe probe, LiveParts live, boost::asio::thread_pool& long_threads);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  void add_routes(http::Router& router);

  // The response for a request that the server refuses before it reaches a route; counts it.
  [[nodiscard]] http::Response refusal(http::Status status, std::string_view code,
                                       std::string_view message) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas::api
