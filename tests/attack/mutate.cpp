#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "attacks.h"
#include "domain/attendance.h"
#include "fixtures/people.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"
#include "protocol/messages.h"
#include "raw_socket.h"

namespace sas::attack {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);  // a sanitizer is slow
constexpr std::size_t kMostAnswer = 4096;
constexpr std::size_t kFailuresShown = 10;

std::string request(std::string_view verb, std::string_view target, std::string_view body = {}) {
  std::string text =
      fmt::format("{} {} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {}\r\n", verb, target, kKey);
  if (!body.empty())
    text += fmt::format("content-type: application/json\r\ncontent-length: {}\r\n", body.size());
  return text.append("\r\n").append(body);
}

// Well-formed ones of every kind.
std::vector<std::string> well_formed(test::SyntheticFaces& faces, const Embedding& known) {
  // The same bytes in every run: no id and no time of now.
  const auto sighting = [&](const Embedding& face, protocol::EmbeddingEncoding encoding,
                            std::uint8_t number) {
    const Uuid event({1, 2, 3, 4, 5, 6, 0x40, 8, 0x80, 10, 11, 12, 13, 14, 15, number});
    return protocol::write_sighting(
        {CameraId{"gate-1"}, face, std::nullopt, EventId(event), std::nullopt, 0.9F, 0.8F}, encoding);
  };
  const std::string i8 = sighting(known, protocol::EmbeddingEncoding::i8, 1);
  const std::string f32 = sighting(faces.identity(), protocol::EmbeddingEncoding::f32, 2);
  const std::string id = "01935b1c-1f2e-7a30-8b4c-5d6e7f809123";
  const std::string enrolment = protocol::write_enrolment(
      {"E-1", "Ada Lovelace", {{faces.identity(), {}, 0.9F}}, false}, protocol::EmbeddingEncoding::f16);
  std::vector<std::string> all{
      request("POST", "/api/v1/recognitions", i8),
      request("POST", "/api/v1/recognitions", f32),
      request("POST", "/api/v1/recognitions/batch", R"({"events":[)" + i8 + "," + f32 + "]}"),
      request("POST", "/api/v1/persons", enrolment),
      request("PATCH", "/api/v1/persons/" + id, R"({"name":"Ada L.","code":"E-2"})"),
      request("DELETE", "/api/v1/persons/" + id),
      request("POST", "/api/v1/cameras/gate-1/heartbeat",
              R"({"sent_at":"2026-11-28T08:00:00Z","watched":{"from":"2026-11-28T07:00:00Z",)"
              R"("to":"2026-11-28T08:00:00Z"},"fps":15.5,"outbox_waiting":3,"software":"attend 1"})"),
      request("POST", "/api/v1/session", std::string(R"({"api_key":")") + kKey + "\"}"),
      request("DELETE", "/api/v1/session"),
      "POST /api/v1/recognitions HTTP/1.1\r\nhost: h\r\nx-api-key: " + std::string(kKey) +
          "\r\ntransfer-encoding: chunked\r\n\r\n" +
          fmt::format("{:x}\r\n{}\r\n0\r\nx-trailer: 1\r\n\r\n", i8.size(), i8),
      "GET /api/v1/events HTTP/1.1\r\nhost: h\r\nx-api-key: " + std::string(kKey) +
          "\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
          "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      "GET /api/v1/persons HTTP/1.1\r\nhost: h\r\ncookie: a=b; sas_session=0123; c\r\n\r\n",
  };
  for (const char* target :
       {"/api/v1/persons?query=Ada&limit=10&cursor=abc",
        "/api/v1/persons/01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
        "/api/v1/"
        "attendance?from=2026-11-01T00:00:00Z&to=2026-11-30T00:00:00Z&person=E-1&camera=gate-1&limit=5",
        "/api/v1/attendance.csv?from=2026-11-01T00:00:00Z", "/api/v1/sightings?outcome=unknown&limit=3",
        "/api/v1/analytics?from=2026-11-01T00:00:00Z&to=2026-11-28T00:00:00Z&zone=Europe/Berlin",
        "/api/v1/cameras?limit=2", "/api/v1/models", "/api/v1/system", "/api/v1/session", "/metrics",
        "/healthz", "/readyz", "/openapi.json", "/docs/", "/ui/", "/ui/index.html", "/nowhere/at/all?x=%41"})
    all.push_back(request("GET", target));
  return all;
}

constexpr std::array<std::string_view, 28> kTokens{"\r\n",
                                                   "\r\n\r\n",
                                                   "\0",
                                                   "%00",
                                                   "%zz",
                                                   "..",
                                                   "//",
                                                   "?",
                                                   "&",
                                                   "=",
                                                   "\"",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   "\\u0000",
                                                   "-1",
                                                   "1e400",
                                                   "99999999999999999999",
                                                   "null",
                                                   "content-length: 1\r\n",
                                                   "transfer-encoding: chunked\r\n",
                                                   "expect: 100-continue\r\n",
                                                   "connection: close\r\n",
                                                   "\xF0\x9F\x98\x80",
                                                   "\xC0\x80",
                                                   "\xFF",
                                                   "HTTP/1.0"};

using Random = std::mt19937_64;

std::string mutated(Random& random, const std::vector<std::string>& originals) {
  std::string text = originals[random() % originals.size()];
  const auto place = [&] { return text.empty() ? 0 : random() % (text.size() + 1); };
  const auto changes = 1 + random() % 8;
  for (std::uint64_t i = 0; i < changes; ++i) {
    const auto at = place();
    switch (random() % 8) {
      case 0:  // a bit
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << (random() % 8)));
        break;
      case 1:  // a byte
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 2:
        text.erase(at, random() % 16);
        break;
      case 3:
        text.insert(at, kTokens[random() % kTokens.size()]);
        break;
      case 4:  // again
        text.insert(at, text.substr(place(), random() % 64));
        break;
      case 5:  // of another request
        text.insert(at, originals[random() % originals.size()].substr(0, random() % 200));
        break;
      case 6:  // a digit
        if (const auto digit = text.find_first_of("0123456789", at); digit != std::string::npos)
          text[digit] = static_cast<char>('0' + random() % 10);
        break;
      default:
        if (random() % 8 == 0) text.resize(at);
        break;
    }
  }
  return text;
}

struct Findings {
  std::mutex mutex;
  std::map<std::string, std::size_t> statuses;  // guarded by mutex, as the rest
  std::size_t hangs = 0;
  std::size_t unexpected = 0;
  std::vector<std::string> failures;

  void failed(std::size_t& kind, std::string what) {
    const std::lock_guard lock(mutex);
    ++kind;
    if (failures.size() < kFailuresShown) failures.push_back(std::move(what));
  }
};

bool is_unexpected(std::string_view status) {
  if (!status.starts_with('5')) return false;
  // Not implemented, and a version that is not ours: the request's fault. 503: many bodies at once.
  return status != "501" && status != "505" && status != "503";
}

void send_one(std::uint16_t port, std::size_t number, const MutateOptions& options,
              const std::vector<std::string>& originals, Findings& findings) {
  Random random(options.seed + number);
  const std::string text = mutated(random, originals);
  // From many addresses, or the ports of one would run out.
  const auto source = static_cast<std::uint32_t>(0x7F010000 + random() % 0xFFFF);
  RawSocket socket(port, source);
  if (!socket.is_open()) {
    findings.failed(findings.hangs, fmt::format("request {} could not connect", number));
    return;
  }
  socket.send(text);
  socket.end_sending();
  const auto answer = socket.rest(kPatience, kMostAnswer);
  if (!answer) {
    findings.failed(findings.hangs, fmt::format("request {} has no end", number));
    return;
  }
  const bool is_http = answer->starts_with("HTTP/1.1 ");
  const std::string status = is_http ? answer->substr(9, 3) : answer->empty() ? "none" : "garbage";
  if (is_unexpected(status) || status == "garbage")
    findings.failed(findings.unexpected,
                    fmt::format("request {}: {}", number, answer->substr(0, answer->find('\r'))));
  const std::lock_guard lock(findings.mutex);
  ++findings.statuses[status];
}

}  // namespace

bool mutate(const MutateOptions& options) {
  test::TestServer server(
      test::Environment{{"API_KEY", kKey}, {"MAX_CAMERAS", "100"}, {"COOLDOWN_SECONDS", "0"}});
  test::SyntheticFaces faces(options.seed);
  const Embedding known = faces.identity();
  test::enrol(*server.client(), "K-1", "Known", known);
  const auto originals = well_formed(faces, known);
  const auto port = static_cast<std::uint16_t>(std::stoul(server.port()));
  Findings findings;
  const auto started = std::chrono::steady_clock::now();
  if (options.only) {
    send_one(port, *options.only, options, originals, findings);
  } else {
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> clients;
    clients.reserve(options.threads + 1);
    for (unsigned i = 0; i < std::max(1U, options.threads); ++i)
      clients.emplace_back([&] {
        for (auto number = next++; number < options.count && server.process().pid() > 0; number = next++)
          send_one(port, number, options, originals, findings);
      });
    for (std::thread& client : clients) client.join();
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const bool alive = server.process().running() && server.client()->get("/healthz").status == 200;
  const int exit = alive ? server.stop() : -1;
  const bool sanitized = server.output().find("Sanitizer") != std::string::npos ||
                         server.output().find("runtime error:") != std::string::npos;
  std::cout << fmt::format("{} mutated requests in {:.1f} s, seed {}\n", options.only ? 1 : options.count,
                           seconds, options.seed);
  for (const auto& [status, count] : findings.statuses) std::cout << fmt::format("  {}: {}\n", status, count);
  std::cout << fmt::format("crashes: {}, unexpected 5xx: {}, hangs: {}, reports of a sanitizer: {}\n",
                           alive && exit == 0 ? 0 : 1, findings.unexpected, findings.hangs,
                           sanitized ? "yes" : "no");
  for (const std::string& failure : findings.failures) std::cout << "  " << failure << '\n';
  const bool held = alive && exit == 0 && !sanitized && findings.unexpected == 0 && findings.hangs == 0;
  if (!held) std::cout << server.output().substr(0, 4000) << '\n';
  return held;
}

}  // namespace sas::attack
