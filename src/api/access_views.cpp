#include "api/access_views.h"

#include "protocol/fields.h"
#include "protocol/json_reader.h"

namespace sas::api {
namespace {

void write_when(protocol::JsonWriter& out, const std::optional<Timestamp>& time) {
  time ? out.text(to_rfc3339(*time)) : out.null();
}

}  // namespace

void write(protocol::JsonWriter& out, const std::optional<std::vector<CameraId>>& cameras) {
  if (!cameras) {
    out.null();
    return;
  }
  out.begin_array();
  for (const CameraId& camera : *cameras) out.text(camera.value);
  out.end_array();
}

void write_fields(protocol::JsonWriter& out, const AccessKey& key) {
  out.key("id").text(key.id.to_string()).key("name").text(key.name);
  out.key("role").text(to_string(key.role));
  write(out.key("cameras"), key.cameras);
  out.key("pin").boolean(key.pin_hash.has_value());
  out.key("created_at").text(to_rfc3339(key.created_at));
  write_when(out.key("expires_at"), key.expires_at);
  write_when(out.key("last_used_at"), key.last_used_at);
  // Of the key before a rotation, while it holds.
  write_when(out.key("old_key_until"), key.old_until);
}

void write(protocol::JsonWriter& out, const AccessKey& key) {
  out.begin_object();
  write_fields(out, key);
  out.end_object();
}

void write(protocol::JsonWriter& out, const SessionView& view) {
  out.begin_object().key("id").text(view.session.id.to_string()).key("key");
  if (view.key) {
    out.begin_object().key("id").text(view.key->id.to_string());
    out.key("name").text(view.key->name).end_object();
  } else {
    out.null();
  }
  out.key("role").text(to_string(view.key ? view.key->role : Role::administrator));
  out.key("begun_at").text(to_rfc3339(view.session.begun_at));
  out.key("ends_at").text(to_rfc3339(std::min(view.session.ends_at, view.session.last_at)));
  out.key("current").boolean(view.is_current).end_object();
}

Result<std::optional<std::vector<CameraId>>> read_cameras(const boost::json::object& object) {
  const auto ids = protocol::ObjectReader(object).optional_array("cameras");
  if (!ids) return ids.error();
  if (*ids == nullptr) return std::optional<std::vector<CameraId>>();
  std::vector<CameraId> cameras;
  for (const boost::json::value& id : **ids) {
    if (!id.is_string()) return protocol::invalid_field("cameras", "each must be a camera's id");
    auto camera = protocol::parse_camera_id("cameras", id.as_string());
    if (!camera) return camera.error();
    cameras.push_back(std::move(*camera));
  }
  return std::optional(std::move(cameras));
}

Result<std::optional<Timestamp>> read_expires_at(const boost::json::object& object) {
  const auto text = protocol::ObjectReader(object).optional_text("expires_at");
  if (!text) return text.error();
  if (!*text) return std::optional<Timestamp>();
  const auto time = parse_rfc3339(**text);
  if (!time) return protocol::invalid_field("expires_at", time.error().message);
  return std::optional(*time);
}

Result<void> refuse_other_fields(const boost::json::object& object,
                                 std::initializer_list<std::string_view> known) {
  for (const auto& member : object)
    if (std::ranges::find(known, std::string_view(member.key())) == known.end())
      return protocol::invalid_field(member.key().substr(0, 64), "is not a field of this request");
  return {};
}

}  // namespace sas::api
