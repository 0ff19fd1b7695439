#include "recognition_load.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "base/clock.h"
#include "protocol/messages.h"
#include "synthetic_faces.h"

namespace sas::bench {
namespace {

constexpr std::size_t kEffectiveDims = 128;  // strangers are then as near as with the default pack
constexpr double kCosine = 0.6;              // of a sighting to its person: below the median of genuine pairs
constexpr std::size_t kEventIdSize = 36;

std::string code_of(std::int64_t person) { return fmt::format("B{:07}", person); }

std::string post(const LoadTarget& target, std::string_view path, std::string_view body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: application/json\r\nX-API-Key: k\r\n"
      "Content-Length: {}\r\n\r\n{}",
      path, target.host, target.port, body.size(), body);
}

std::string numbers(const Embedding& embedding, std::string_view separator) {
  std::string text;
  for (const float value : embedding.values()) {
    if (!text.empty()) text += separator;
    fmt::format_to(std::back_inserter(text), "{:.6g}", value);
  }
  return text;
}

std::string vector_body(const Embedding& embedding) {
  return "{\"vector\": [" + numbers(embedding, ", ") + "], \"camera_id\": \"cam-1\"}";
}

std::string compact_body(const Embedding& embedding, Timestamp now) {
  const IncomingSighting sighting{
      CameraId{"cam-1"}, embedding, std::nullopt, EventId::make(now), now, 0.98F, 0.81F};
  return protocol::write_sighting(sighting, protocol::EmbeddingEncoding::i8);
}

bool has(std::string_view body, std::string_view text) { return body.find(text) != std::string_view::npos; }

// What the correct answer to a sighting contains.
struct Expected {
  std::string person;   // "": nobody
  std::string outcome;  // a second one may be acceptable too
  std::string or_outcome;

  [[nodiscard]] bool in(std::string_view body) const {
    return has(body, person) && (has(body, outcome) || (!or_outcome.empty() && has(body, or_outcome)));
  }
};

Expected expected_of(std::int64_t person, Dialect dialect, bool any_known_outcome) {
  const std::string name = dialect == Dialect::ours ? "\"outcome\"" : "\"status\"";
  if (person < 0) return {"", name + ":\"unknown\"", ""};
  return {dialect == Dialect::ours ? "\"code\":\"" + code_of(person) + "\""
                                   : fmt::format("\"person_id\":{},", person),
          name + ":\"marked\"", any_known_outcome ? name + ":\"cooldown\"" : ""};
}

// Requests created before timing starts; only the event id is rewritten for each send.
struct Prepared {
  std::vector<std::string> bytes;
  std::vector<Expected> expected;
  std::size_t next = 0;
  std::uint64_t sent = 0;
};

}  // namespace

Crowd::Crowd(const CrowdOptions& options) {
  SyntheticFaces faces(kEffectiveDims, options.seed);
  // Strangers resemble nobody: they are spread over all dimensions, so the nearest of ten thousand people is
  // at a cosine of 0.2. A stranger drawn from the people's distribution would sometimes genuinely match
  // somebody.
  SyntheticFaces strangers(kEmbeddingSize, options.seed + 1);
  std::mt19937_64 random(options.seed);
  std::vector<std::int64_t> turns(options.people);
  std::iota(turns.begin(), turns.end(), 0);
  std::shuffle(turns.begin(), turns.end(), random);
  std::bernoulli_distribution is_stranger(options.strangers);
  identities_.reserve(options.people);
  for (std::size_t i = 0; i < options.people; ++i) identities_.push_back(faces.identity());
  pictures_.reserve(options.pictures);
  for (std::size_t i = 0; i < options.pictures; ++i) {
    if (is_stranger(random)) {
      pictures_.push_back({strangers.identity(), -1});
    } else {
      const std::int64_t person = turns[i % turns.size()];
      pictures_.push_back({faces.picture(identities_[static_cast<std::size_t>(person)], kCosine), person});
    }
  }
}

std::function<void(LoadRequest&)> Crowd::enrolments(const LoadTarget& target) const {
  auto next = std::make_shared<std::size_t>(0);
  return [this, target, next](LoadRequest& request) {
    const std::size_t person = *next;
    *next = (*next + 1) % identities_.size();
    const std::string code = code_of(static_cast<std::int64_t>(person));
    // Among ten thousand people some resemble each other, as in reality.
    const Enrolment enrolment{.code = code,
                              .name = "Person " + code,
                              .faces = {{identities_[person], std::nullopt, 0.9F}},
                              .allow_duplicate = true};
    request.bytes = post(target, "/api/v1/persons",
                         protocol::write_enrolment(enrolment, protocol::EmbeddingEncoding::f32));
    request.is_right = [](std::string_view /*body*/) { return true; };
  };
}

std::function<void(LoadRequest&)> Crowd::sightings(const LoadTarget& target, Wire wire, Dialect dialect,
                                                   bool any_known_outcome) const {
  const std::string_view path = dialect == Dialect::ours ? "/api/v1/recognitions" : "/attendance/recognize";
  const Timestamp now = SystemClock().now();
  auto all = std::make_shared<Prepared>();
  for (const Picture& picture : pictures_) {
    const std::string body =
        wire == Wire::vector ? vector_body(picture.embedding) : compact_body(picture.embedding, now);
    all->bytes.push_back(post(target, path, body));
    all->expected.push_back(expected_of(picture.person, dialect, any_known_outcome));
  }
  const bool has_event_id = wire == Wire::compact;
  // Ids of this run start with its time, so that a second run against the same server sends new events.
  const auto run = static_cast<std::uint64_t>(now.time_since_epoch().count());
  return [all, has_event_id, run](LoadRequest& request) {
    const std::size_t i = all->next;
    all->next = (i + 1) % all->bytes.size();
    request.bytes = all->bytes[i];
    if (has_event_id) {
      constexpr std::string_view kField = "\"event_id\":\"";
      const std::size_t at = request.bytes.find(kField) + kField.size();
      const std::uint64_t number = all->sent++;
      const std::string id =
          fmt::format("{:08x}-{:04x}-7000-8000-{:012x}", (run >> 16) & 0xFFFFFFFF, run & 0xFFFF, number);
      request.bytes.replace(at, kEventIdSize, id);
    }
    request.is_right = [expected = &all->expected[i]](std::string_view body) { return expected->in(body); };
  };
}

std::size_t Crowd::body_bytes(Wire wire) const {
  const Embedding& embedding = pictures_.front().embedding;
  return (wire == Wire::vector ? vector_body(embedding) : compact_body(embedding, SystemClock().now()))
      .size();
}

void Crowd::write_copy_rows(std::ostream& out) const {
  for (std::size_t i = 0; i < identities_.size(); ++i)
    out << i << "\t[" << numbers(identities_[i], ",") << "]\n";
}

}  // namespace sas::bench
