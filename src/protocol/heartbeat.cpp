#include "protocol/heartbeat.h"

#include <cmath>

#include <boost/json/object.hpp>

#include "base/labels.h"
#include "protocol/fields.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

namespace sas::protocol {
namespace {

constexpr double kMostFps = 1000;
constexpr double kMostWaiting = 1e12;
constexpr std::size_t kLongestLabel = 128;

Result<std::optional<Timestamp>> time_of(const ObjectReader& reader, std::string_view name) {
  const auto text = reader.optional_text(name);
  if (!text) return text.error();
  if (!*text) return std::optional<Timestamp>();
  auto time = parse_rfc3339(**text);
  if (!time) return at_field(name, time.error());
  return std::optional(*time);
}

Result<std::optional<std::string>> label_of(const ObjectReader& reader, std::string_view name) {
  auto text = reader.optional_text(name);
  if (!text || !*text) return text;
  auto label = normalised_label(**text, kLongestLabel);
  if (!label) return invalid_field(name, label_rule(kLongestLabel));
  return label;
}

JsonWriter& write_time(JsonWriter& out, std::string_view name, const std::optional<Timestamp>& time) {
  out.key(name);
  return time ? out.text(to_rfc3339(*time)) : out.null();
}

JsonWriter& write_text(JsonWriter& out, std::string_view name, const std::optional<std::string>& text) {
  out.key(name);
  return text ? out.text(*text) : out.null();
}

}  // namespace

std::string write_heartbeat(const Heartbeat& heartbeat) {
  JsonWriter out;
  out.begin_object();
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  if (heartbeat.watched) {
    from = heartbeat.watched->from;
    to = heartbeat.watched->to;
  }
  write_time(out, "watching_from", from);
  write_time(out, "watching_to", to);
  out.key("fps").number(heartbeat.fps).key("outbox_waiting");
  heartbeat.outbox_waiting ? out.integer(*heartbeat.outbox_waiting) : out.null();
  write_time(out, "outbox_oldest", heartbeat.outbox_oldest);
  write_text(out, "software", heartbeat.software);
  write_text(out, "model", heartbeat.model).end_object();
  return out.take();
}

Result<Heartbeat> read_heartbeat(std::string_view json) {
  const auto object = parse_object(json);
  if (!object) return object.error();
  const ObjectReader reader(*object);
  Heartbeat heartbeat;
  const auto from = time_of(reader, "watching_from");
  if (!from) return from.error();
  const auto to = time_of(reader, "watching_to");
  if (!to) return to.error();
  if (from->has_value() != to->has_value())
    return invalid_field(*from ? "watching_to" : "watching_from", "comes together with the other end");
  if (*from) heartbeat.watched = Interval{**from, **to};
  const auto fps = reader.optional_number("fps");
  if (!fps) return fps.error();
  if (*fps) {
    if (!(**fps >= 0 && **fps <= kMostFps)) return invalid_field("fps", "must be a number from 0 to 1000");
    heartbeat.fps = static_cast<float>(**fps);
  }
  const auto waiting = reader.optional_number("outbox_waiting");
  if (!waiting) return waiting.error();
  if (*waiting) {
    if (!(**waiting >= 0 && **waiting <= kMostWaiting) || std::floor(**waiting) != **waiting)
      return invalid_field("outbox_waiting", "must be a whole number from 0 on");
    heartbeat.outbox_waiting = static_cast<std::int64_t>(**waiting);
  }
  auto oldest = time_of(reader, "outbox_oldest");
  if (!oldest) return oldest.error();
  heartbeat.outbox_oldest = *oldest;
  auto software = label_of(reader, "software");
  if (!software) return software.error();
  heartbeat.software = std::move(*software);
  auto model = label_of(reader, "model");
  if (!model) return model.error();
  heartbeat.model = std::move(*model);
  return heartbeat;
}

}  // namespace sas::protocol
