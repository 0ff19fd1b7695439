#include "api/test_api.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <stdexcept>

#include <boost/beast/core/string.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "api/route.h"
#include "fixtures/run_task.h"
#include "http/uri.h"
#include "protocol/messages.h"
#include "store/sqlite/sqlite_store.h"

namespace sas::api {

Task<Result<std::vector<GalleryAnswer>>> ScanGallery::search(GalleryPartition partition,
                                                             std::span<const Embedding> probes) {
  if (!reachable) co_return Error::of(ErrorKind::unavailable, "gallery_unavailable", "out of reach");
  std::vector<GalleryAnswer> answers(probes.size());
  for (std::size_t i = 0; i < probes.size(); ++i) {
    auto& best = answers[i].best;
    auto& runner_up = answers[i].runner_up;
    for (const GalleryEntry& entry : entries_) {
      if (entry.partition != partition) continue;
      const GalleryMatch match{entry.person, entry.face, cosine(entry.embedding, probes[i])};
      if (!best || match.similarity > best->similarity) {
        if (best && best->person != match.person) runner_up = best;
        best = match;
      } else if (match.person != best->person && (!runner_up || match.similarity > runner_up->similarity)) {
        runner_up = match;
      }
    }
  }
  co_return std::move(answers);
}

Task<Result<EnrolledProbes>> ScanGallery::probe_enrolled(GalleryPartition partition, std::size_t /*most*/) {
  EnrolledProbes result;
  std::set<PersonId> people;
  for (const GalleryEntry& entry : entries_) {
    if (entry.partition != partition) continue;
    people.insert(entry.person);
    EnrolledProbe probe{.person = entry.person, .face = entry.face, .stranger = {}, .genuine = {}};
    for (const GalleryEntry& other : entries_) {
      if (other.partition != partition || other.person == entry.person) continue;
      const GalleryMatch match{other.person, other.face, cosine(entry.embedding, other.embedding)};
      auto& best = probe.stranger.best;
      if (!best || match.similarity > best->similarity) best = match;
    }
    result.probes.push_back(probe);
  }
  result.people = people.size();
  co_return result;
}

Task<Result<void>> ScanGallery::add(std::vector<GalleryEntry> entries) {
  for (GalleryEntry& entry : entries) entries_.push_back(std::move(entry));
  co_return Result<void>{};
}

Task<Result<void>> ScanGallery::remove_face(FaceId face) {
  std::erase_if(entries_, [&](const GalleryEntry& entry) { return entry.face == face; });
  co_return Result<void>{};
}

Task<Result<void>> ScanGallery::remove_person(PersonId person) {
  std::erase_if(entries_, [&](const GalleryEntry& entry) { return entry.person == person; });
  co_return Result<void>{};
}

boost::json::value Answer::json() const { return boost::json::parse(body); }

std::string Answer::error_code() const {
  const auto value = json();
  const auto* error = value.as_object().if_contains("error");
  return error == nullptr ? std::string() : std::string(error->at("code").as_string());
}

std::string Answer::error_message() const {
  return std::string(json().at("error").at("message").as_string());
}

namespace {

std::unique_ptr<Store> open_store(const std::filesystem::path& folder) {
  SqliteOptions sqlite;
  sqlite.path = folder / "attendance.db";
  return std::move(*SqliteStore::open(sqlite));
}

// Holds an answer against the row of its route: an error of the client is one that the row declares, with its status.
void expect_declared(const http::Router::Route& routed, const Answer& answer) {
  const auto type = answer.headers.find("content-type");
  if (answer.status < 400 || answer.status >= 500) return;
  if (type == answer.headers.end() || type->second != "application/json") return;
  for (const Route& row : all_routes()) {
    if (row.verb != routed.verb || row.path != routed.pattern) continue;
    const auto codes = errors_of(row);
    const auto code = std::ranges::find(codes, answer.error_code(), &ErrorCode::code);
    if (code == codes.end())
      ADD_FAILURE() << row.path << " does not declare the error " << answer.body;
    else
      EXPECT_EQ(static_cast<unsigned>(code->status), answer.status) << row.path << " " << code->code;
  }
}

}  // namespace

TestApi::TestApi(ApiOptions options, Rules rules)
    : clock(*parse_rfc3339("2026-11-22T08:00:00Z")),
      store_(open_store(dir_.path())),
      ring(std::move(*access::KeyRing::open(store_->keys(), clock))),
      access(store_->keys(), store_->sessions(), *ring, clock),
      live_events(store_->feed(), events, clock),
      cooldown_(clock),
      models_({{ModelId{"test-1"}, 0.35F}, {ModelId{"test-2"}, 0.4F}}),
      // A test may have a log of years.
      recognition_({.liveness_required = rules.liveness_required, .oldest_event = std::chrono::days(3660)},
                   models_, store_->log(), gallery, cooldown_, clock, &metrics),
      people_(models_, store_->people(), gallery, cooldown_, clock),
      log_(store_->log(), store_->cameras(), clock),
      days_(store_->days(), store_->cameras(), clock, std::move(rules.site)),
      cameras_(store_->cameras(), clock, recognition_.options().future_tolerance) {
  SystemProbe probe;
  probe.liveness = {.pack = "faceplugin", .weak = true, .flag_below = 0.1F, .advice = "get better models"};
  probe.ping_store = [this]() -> Task<Result<void>> { co_return store_ping; };
  probe.gallery_loaded = [this] { return gallery_loaded; };
  probe.gallery_stats = [this] { return gallery.stats(); };
  probe.store_backend = "sqlite";
  probe.gallery_backend = "memory";
  probe.ping_cooldown = [this]() -> Task<Result<void>> { co_return cooldown_ping; };
  probe.calibration = [](const attendance::ModelPolicy& model) -> std::optional<attendance::Calibration> {
    if (model.id.value != "test-2") return std::nullopt;
    return attendance::Calibration{.threshold = 0.31F,
                                   .false_identification = 0.001,
                                   .expected_miss = 0.05,
                                   .people = 12,
                                   .strangers = 10,
                                   .genuine = 7};
  };
  probe.cooldown_backend = "memory";
  probe.cooldown_reason = "a test";
  const attendance::Services services{.recognition = recognition_,
                                      .people = people_,
                                      .log = log_,
                                      .days = days_,
                                      .cameras = cameras_,
                                      .audit = store_->audit(),
                                      .clock = clock};
  api = std::make_unique<Api>(std::move(options), services, AccessParts{store_->sessions(), access}, metrics,
                              std::move(probe), LiveParts{relay, events, live_events}, long_threads_);
  api->add_routes(router);
}

Answer TestApi::call(http::Verb verb, std::string_view target, std::string_view body, HeaderList headers) {
  const auto has = [&headers](std::string_view name) {
    for (const auto& header : headers)
      if (boost::beast::iequals(header.first, name)) return true;
    return false;
  };
  if (!has("host")) headers.emplace_back("host", "localhost:8000");
  if (!has("content-type")) headers.emplace_back("content-type", "application/json");
  http::Fields fields;
  for (const auto& [name, value] : headers)
    if (!value.empty()) fields.insert(name, value);

  auto parsed = http::parse_target(target).value();
  auto match = router.match(verb, parsed.raw_path);
  if (match.route == nullptr) throw std::runtime_error("no route for " + std::string(target));
  http::Request request;
  request.verb = verb;
  request.path = parsed.path;
  request.query = std::move(parsed.query);
  request.path_params = std::move(match.path_params);
  request.headers = &fields;
  request.body = body;
  request.request_id = "test";
  request.peer = peer;
  http::Admission admission = test::run_task(match.route->gate(request));
  http::Response response =
      admission.refusal ? std::move(*admission.refusal) : test::run_task(match.route->handler(request));
  if (response.upgrade) socket = response.upgrade->make_session();

  Answer answer{static_cast<unsigned>(response.status), {}, std::move(response.body)};
  for (auto& [name, value] : response.headers) answer.headers[name] = value;
  while (response.more) {
    const std::string part = test::run_task(response.more()).value();
    if (part.empty()) break;
    answer.body += part;
  }
  expect_declared(*match.route, answer);
  return answer;
}

std::string TestApi::enrol(const std::string& code, const std::string& name, const Embedding& face) {
  const Answer answer = post(
      "/api/v1/persons",
      protocol::write_enrolment({code, name, {{face, {}, 0.9F}}, false}, protocol::EmbeddingEncoding::f32));
  if (answer.status != 201) throw std::runtime_error(answer.body);
  return std::string(answer.json().at("id").as_string());
}

std::string vector_json(const Embedding& embedding) {
  std::ostringstream text;
  text.precision(9);
  char separator = '[';
  for (const float value : embedding.values()) {
    text << separator << value;
    separator = ',';
  }
  text << ']';
  return text.str();
}

std::string smallest_form(const Embedding& embedding, const std::string& more) {
  return R"({"camera_id":"gate-1","vector":)" + vector_json(embedding) + more + "}";
}

}  // namespace sas::api
