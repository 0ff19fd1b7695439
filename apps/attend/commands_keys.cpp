#include "attend/commands_keys.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "attend/command_support.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "edge/local_time.h"
#include "edge/text_table.h"
#include "protocol/json_reader.h"

namespace sas::attend {
namespace {

namespace json = boost::json;

struct KeysArguments {
  std::string key;  // id or name
  std::string name;
  std::string role;
  std::vector<std::string> cameras;
  std::optional<std::string> expires;
  std::int64_t overlap = 0;
  bool json = false;
};

// The server's answer as an object; empty if it has no body.
Result<json::object> call(edge::ApiClient& client, std::string_view method, const std::string& path,
                          const json::object& body = {}) {
  const std::string text = body.empty() && method != "POST" ? std::string() : json::serialize(body);
  const auto reply = client.send(method, path, text);
  if (!reply) return reply.error();
  if (reply->status / 100 != 2) return edge::error_of(*reply, client.base_url());
  if (reply->body.empty()) return json::object();
  return protocol::parse_object(reply->body);
}

Result<json::array> all_keys(edge::ApiClient& client) {
  json::array keys;
  std::optional<std::string> cursor;
  do {
    std::vector<std::pair<std::string, std::string>> parameters{{"limit", "1000"}};
    if (cursor) parameters.emplace_back("cursor", *cursor);
    const auto page = call(client, "GET", "/api/v1/keys" + edge::query_string(parameters));
    if (!page) return page.error();
    const protocol::ObjectReader reader(*page);
    const auto items = reader.optional_array("items");
    if (!items) return items.error();
    if (*items == nullptr) return reader.missing("items", "an array");
    for (const json::value& item : **items) keys.push_back(item);
    auto next = reader.optional_text("next_cursor");
    if (!next) return next.error();
    cursor = std::move(*next);
  } while (cursor);
  return keys;
}

std::string text_of(const json::object& key, std::string_view field) {
  const auto* value = key.if_contains(field);
  if (value == nullptr || value->is_null()) return {};
  if (const auto* text = value->if_string()) return std::string(*text);
  return json::serialize(*value);
}

std::string time_of(const json::object& key, std::string_view field, const char* if_none) {
  const std::string text = text_of(key, field);
  const auto time = parse_rfc3339(text);
  return time ? edge::to_local(*time) : if_none;
}

// "gate, door", or "any" for a device without cameras.
std::string cameras_of(const json::object& key) {
  const auto* cameras = key.if_contains("cameras");
  if (cameras == nullptr || !cameras->is_array()) return text_of(key, "role") == "device" ? "any" : "";
  std::string text;
  for (const json::value& camera : cameras->get_array())
    text += (text.empty() ? "" : ", ") + std::string(camera.as_string());
  return text;
}

// The path of the key with this id, or with this name if only one has it.
Result<std::string> path_of_key(edge::ApiClient& client, const std::string& id_or_name) {
  const std::string path = "/api/v1/keys/";
  if (const auto id = Uuid::parse(id_or_name)) return path + id->to_string();
  const auto keys = all_keys(client);
  if (!keys) return keys.error();
  std::vector<std::string> ids;
  for (const json::value& key : *keys)
    if (text_of(key.as_object(), "name") == id_or_name) ids.push_back(text_of(key.as_object(), "id"));
  if (ids.size() == 1) return path + ids.front();
  return Error::of(ErrorKind::not_found, "key_not_found",
                   ids.empty() ? "there is no key with the id or the name \"" + id_or_name + "\""
                               : "several keys have the name \"" + id_or_name + "\"; give the id");
}

// The key alone on stdout, for scripts; what people need to know on stderr.
void show_made(const json::object& made, bool as_json) {
  if (as_json) {
    fmt::print("{}\n", json::serialize(made));
    return;
  }
  fmt::print(stderr, "{} ({}), {}. This is shown only now:\n", text_of(made, "name"), text_of(made, "id"),
             text_of(made, "role"));
  fmt::print("{}\n", text_of(made, "key"));
}

Result<void> list(edge::ApiClient& client, const KeysArguments& arguments) {
  const auto keys = all_keys(client);
  if (!keys) return keys.error();
  if (arguments.json) {
    fmt::print("{}\n", json::serialize(*keys));
    return {};
  }
  if (keys->empty()) {
    fmt::print("No keys but API_KEY of the server's configuration.\n");
    return {};
  }
  std::vector<std::vector<std::string>> rows{{"NAME", "ROLE", "CAMERAS", "EXPIRES", "LAST USED", "ID"}};
  for (const json::value& item : *keys) {
    const json::object& key = item.as_object();
    rows.push_back({text_of(key, "name"), text_of(key, "role"), cameras_of(key),
                    time_of(key, "expires_at", "never"), time_of(key, "last_used_at", "never"),
                    text_of(key, "id")});
  }
  fmt::print("{}", edge::format_table(rows));
  return {};
}

Result<void> make(edge::ApiClient& client, const KeysArguments& arguments) {
  json::object body{{"name", arguments.name}, {"role", arguments.role}};
  if (!arguments.cameras.empty())
    body["cameras"] = json::array(arguments.cameras.begin(), arguments.cameras.end());
  if (arguments.expires) {
    const auto time = edge::parse_when(*arguments.expires, edge::Bound::to, SystemClock().now());
    if (!time) return Error::of(ErrorKind::invalid_argument, "--expires: " + time.error().message);
    body["expires_at"] = to_rfc3339(*time);
  }
  const auto made = call(client, "POST", "/api/v1/keys", body);
  if (!made) return made.error();
  show_made(*made, arguments.json);
  return {};
}

Result<void> rename(edge::ApiClient& client, const KeysArguments& arguments) {
  const auto path = path_of_key(client, arguments.key);
  if (!path) return path.error();
  const auto changed = call(client, "PATCH", *path, {{"name", arguments.name}});
  if (!changed) return changed.error();
  fmt::print("Renamed to \"{}\".\n", text_of(*changed, "name"));
  return {};
}

Result<void> rotate(edge::ApiClient& client, const KeysArguments& arguments) {
  const auto path = path_of_key(client, arguments.key);
  if (!path) return path.error();
  const auto made = call(client, "POST", *path + "/rotate", {{"overlap_seconds", arguments.overlap}});
  if (!made) return made.error();
  show_made(*made, arguments.json);
  return {};
}

Result<void> revoke(edge::ApiClient& client, const KeysArguments& arguments) {
  const auto path = path_of_key(client, arguments.key);
  if (!path) return path.error();
  const auto revoked = call(client, "DELETE", *path);
  if (!revoked) return revoked.error();
  fmt::print("Revoked. The key and its sessions hold no longer.\n");
  return {};
}

using Action = Result<void> (*)(edge::ApiClient&, const KeysArguments&);

int run_keys(Action action, const KeysArguments& arguments) {
  const auto config = load_config(false);
  if (!config) return fail(config.error());
  edge::ApiClient client(client_options(*config));
  const auto done = action(client, arguments);
  return done ? kDone : fail(done.error());
}

}  // namespace

void add_keys_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("keys", "List, make and revoke the keys of people and devices");
  command->require_subcommand(1);
  auto arguments = std::make_shared<KeysArguments>();
  const auto add = [&](const char* name, const char* description, Action action) {
    auto* sub = command->add_subcommand(name, description);
    sub->callback([arguments, action, &exit_code] { exit_code = run_keys(action, *arguments); });
    return sub;
  };
  const auto takes_key = [&](CLI::App* sub) {
    sub->add_option("KEY", arguments->key, "Its id, or its name if no other key has it")->required();
  };

  auto* listing = add("list", "List the keys that are not revoked; never the keys themselves", list);
  listing->add_flag("--json", arguments->json, "As JSON, for programs");

  auto* making = add("make", "Make a key and print it, once", make);
  making->add_option("--name", arguments->name, "Whose or what for")->required();
  making->add_option("--role", arguments->role, "administrator, operator, viewer or device")->required();
  making->add_option("--camera", arguments->cameras, "A device may act only as this camera; repeatable");
  making->add_option("--expires", arguments->expires, "Until then: 2027-01-31, or RFC 3339");
  making->add_flag("--json", arguments->json, "As JSON, for programs");

  auto* renaming = add("rename", "Give a key another name", rename);
  takes_key(renaming);
  renaming->add_option("NAME", arguments->name, "The new name")->required();

  auto* rotating = add("rotate", "Replace a key and print the new one, once", rotate);
  takes_key(rotating);
  rotating->add_option("--overlap", arguments->overlap, "Seconds that the old key holds for")
      ->capture_default_str();
  rotating->add_flag("--json", arguments->json, "As JSON, for programs");

  takes_key(add("revoke", "End a key and its sessions at once", revoke));
}

}  // namespace sas::attend
