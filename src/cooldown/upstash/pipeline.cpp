#include "cooldown/upstash/pipeline.h"

#include <optional>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sas::cooldown::upstash {
namespace {

namespace json = boost::json;
constexpr int kMostDepth = 4;

std::optional<RedisReply> reply_of(const json::value& value, int depth) {
  RedisReply reply;
  if (depth > kMostDepth) return std::nullopt;
  if (value.is_null()) return reply;
  if (const auto* number = value.if_int64()) {
    reply.kind = RedisReply::Kind::integer;
    reply.integer = *number;
    return reply;
  }
  if (const auto* text = value.if_string()) {
    reply.kind = RedisReply::Kind::text;
    reply.text = std::string(*text);
    return reply;
  }
  const auto* items = value.if_array();
  if (items == nullptr) return std::nullopt;
  reply.kind = RedisReply::Kind::array;
  for (const json::value& item : *items) {
    auto one = reply_of(item, depth + 1);
    if (!one) return std::nullopt;
    reply.items.push_back(std::move(*one));
  }
  return reply;
}

std::optional<RedisReply> entry_of(const json::value& value) {
  const auto* entry = value.if_object();
  if (entry == nullptr) return std::nullopt;
  if (const auto* problem = entry->if_contains("error"); problem != nullptr && problem->is_string()) {
    RedisReply reply;
    reply.kind = RedisReply::Kind::error;
    reply.text = std::string(problem->get_string());
    return reply;
  }
  const auto* result = entry->if_contains("result");
  if (result == nullptr) return std::nullopt;
  return reply_of(*result, 0);
}

}  // namespace

std::string write_pipeline(const std::vector<const RedisCommand*>& commands) {
  json::array pipeline;
  pipeline.reserve(commands.size());
  for (const RedisCommand* command : commands) {
    json::array one;
    for (const std::string& argument : *command) one.emplace_back(argument);
    pipeline.push_back(std::move(one));
  }
  return json::serialize(pipeline);
}

Result<std::vector<RedisReply>> read_pipeline(std::string_view body, std::size_t count) {
  const auto refuse = [] {
    return Error::of(ErrorKind::unavailable, "upstash_answer",
                     "the server at UPSTASH_REDIS_REST_URL does not provide Upstash's REST API");
  };
  boost::system::error_code bad;
  const json::value value = json::parse(body, bad);
  const auto* entries = bad ? nullptr : value.if_array();
  if (entries == nullptr || entries->size() != count) return refuse();
  std::vector<RedisReply> replies;
  replies.reserve(count);
  for (const json::value& entry : *entries) {
    auto reply = entry_of(entry);
    if (!reply) return refuse();
    replies.push_back(std::move(*reply));
  }
  return replies;
}

std::string read_refusal(std::string_view body) {
  boost::system::error_code bad;
  const json::value value = json::parse(body, bad);
  if (bad || !value.is_object()) return {};
  const auto* problem = value.get_object().if_contains("error");
  return problem != nullptr && problem->is_string() ? std::string(problem->get_string()) : std::string();
}

}  // namespace sas::cooldown::upstash
