#pragma once
// The API over a real store and cooldown, without sockets: for tests.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/thread_pool.hpp>
#include <boost/json/value.hpp>

#include "api/api.h"
#include "api/live_events.h"
#include "attendance/models.h"
#include "attendance/services.h"
#include "cooldown/memory/memory_cooldown.h"
#include "fixtures/manual_clock.h"
#include "fixtures/synthetic_faces.h"
#include "fixtures/temp_dir.h"
#include "http/router.h"
#include "store/store.h"

namespace sas::api {

// Compares the probe with everything, and can be told to be out of reach.
class ScanGallery final : public Gallery {
 public:
  [[nodiscard]] Task<Result<std::vector<GalleryAnswer>>> search(GalleryPartition partition,
                                                                std::span<const Embedding> probes) override;
  [[nodiscard]] Task<Result<void>> add(std::vector<GalleryEntry> entries) override;
  [[nodiscard]] Task<Result<void>> remove_face(FaceId face) override;
  [[nodiscard]] Task<Result<void>> remove_person(PersonId person) override;
  [[nodiscard]] Task<Result<EnrolledProbes>> probe_enrolled(GalleryPartition partition,
                                                            std::size_t most) override;
  [[nodiscard]] Task<Result<std::size_t>> prepare(GalleryPartition, std::size_t) override { co_return 0; }
  [[nodiscard]] GalleryStats stats() const override { return {entries_.size(), entries_.size(), 4096}; }

  bool reachable = true;

 private:
  std::vector<GalleryEntry> entries_;
};

struct Answer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;
  std::string body;

  [[nodiscard]] boost::json::value json() const;
  // error.code; empty where there is none.
  [[nodiscard]] std::string error_code() const;
  [[nodiscard]] std::string error_message() const;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// What a server is configured to do beyond its API.
struct Rules {
  bool liveness_required = false;
  attendance::Site site = {};
};

class TestApi {
 public:
  explicit TestApi(ApiOptions options = {.organisation = kFirstOrganisation}, Rules rules = {});

  // `target` is a path with its query. A Host of localhost and a content type of JSON are added where there
  // are none. An empty header value leaves the header out. The test fails where the answer is an error that the route's
  // row does not declare.
  Answer call(http::Verb verb, std::string_view target, std::string_view body = {}, HeaderList headers = {});
  Answer get(std::string_view target, HeaderList headers = {}) {
    return call(http::Verb::get, target, {}, std::move(headers));
  }
  Answer post(std::string_view target, std::string_view body, HeaderList headers = {}) {
    return call(http::Verb::post, target, body, std::move(headers));
  }

  // The new person's id.
  std::string enrol(const std::string& code, const std::string& name, const Embedding& face);

  [[nodiscard]] Store& store() { return *store_; }

  test::ManualClock clock;
  ScanGallery gallery;
  test::SyntheticFaces faces{7};
  bool gallery_loaded = true;
  Result<void> store_ping;
  Result<void> cooldown_ping;
  Metrics metrics;
  relay::Relay relay;
  relay::EventHub events;
  http::Router router;
  boost::asio::ip::tcp::endpoint peer;             // who calls
  std::unique_ptr<http::WebSocketSession> socket;  // of the last call that was answered with one

 private:
  test::TempDir dir_;
  boost::asio::thread_pool long_threads_{1};
  std::unique_ptr<Store> store_;

 public:
  std::unique_ptr<access::KeyRing> ring;
  access::AccessService access;
  LiveEvents live_events;

 private:
  MemoryCooldown cooldown_;
  const attendance::ModelPolicies models_;
  attendance::RecognitionService recognition_;
  attendance::PeopleService people_;
  attendance::LogService log_;
  attendance::DayService days_;
  attendance::CameraService cameras_;

 public:
  std::unique_ptr<Api> api;
};

[[nodiscard]] std::string vector_json(const Embedding& embedding);
[[nodiscard]] std::string smallest_form(const Embedding& embedding, const std::string& more = "");

}  // namespace sas::api
