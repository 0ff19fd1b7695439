#include "redis/resp.h"

#include <charconv>

namespace sas::redis {
namespace {

// Larger than any reply or message of ours, including a 1 MiB live frame with its sender; a peer that sends
// more is not a Redis.
constexpr std::int64_t kMostText = 1024L * 1024 + 4096;  // bytes
constexpr std::int64_t kMostItems = 4096;
constexpr int kMostDepth = 4;
constexpr std::string_view kEnd = "\r\n";
constexpr std::size_t kCompactAbove = 64UL * 1024;

void append_count(char type, std::size_t count, std::string& out) {
  out += type;
  out += std::to_string(count);
  out += kEnd;
}

bool parse(std::string_view text, std::int64_t& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size();
}

}  // namespace

void encode(const RedisCommand& command, std::string& out) {
  append_count('*', command.size(), out);
  for (const std::string& argument : command) {
    append_count('$', argument.size(), out);
    out += argument;
    out += kEnd;
  }
}

void ReplyParser::append(const char* data, std::size_t size) {
  if (taken_ == buffer_.size() || taken_ > kCompactAbove) {
    buffer_.erase(0, taken_);
    taken_ = 0;
  }
  buffer_.append(data, size);
}

Result<std::optional<RedisReply>> ReplyParser::next() {
  cursor_ = taken_;
  RedisReply reply;
  switch (read(reply, 0)) {
    case Step::done:
      taken_ = cursor_;
      return std::optional<RedisReply>(std::move(reply));
    case Step::incomplete:
      return std::optional<RedisReply>();
    case Step::broken:
      break;
  }
  return Error::of(ErrorKind::data_loss, "redis_protocol",
                   "the server does not use the Redis protocol; is it a Redis?");
}

std::optional<std::string_view> ReplyParser::line() {
  const std::size_t end = buffer_.find(kEnd, cursor_);
  if (end == std::string::npos) return std::nullopt;
  const std::string_view text = std::string_view(buffer_).substr(cursor_, end - cursor_);
  cursor_ = end + kEnd.size();
  return text;
}

ReplyParser::Step ReplyParser::read(RedisReply& reply, int depth) {
  if (depth > kMostDepth) return Step::broken;
  const auto head = line();
  if (!head)
    return static_cast<std::int64_t>(buffer_.size() - cursor_) > kMostText ? Step::broken : Step::incomplete;
  if (head->empty()) return Step::broken;
  const char type = head->front();
  const std::string_view rest = head->substr(1);
  std::int64_t count = 0;
  switch (type) {
    case '+':
    case '-':
      reply.kind = type == '+' ? RedisReply::Kind::text : RedisReply::Kind::error;
      reply.text = rest;
      return Step::done;
    case ':':
      reply.kind = RedisReply::Kind::integer;
      return parse(rest, reply.integer) ? Step::done : Step::broken;
    case '$': {
      if (!parse(rest, count) || count < -1 || count > kMostText) return Step::broken;
      if (count == -1) return Step::done;
      const auto size = static_cast<std::size_t>(count);
      if (buffer_.size() - cursor_ < size + kEnd.size()) return Step::incomplete;
      if (buffer_.compare(cursor_ + size, kEnd.size(), kEnd) != 0) return Step::broken;
      reply.kind = RedisReply::Kind::text;
      reply.text = buffer_.substr(cursor_, size);
      cursor_ += size + kEnd.size();
      return Step::done;
    }
    case '*': {
      if (!parse(rest, count) || count < -1 || count > kMostItems) return Step::broken;
      if (count == -1) return Step::done;
      reply.kind = RedisReply::Kind::array;
      for (std::int64_t i = 0; i < count; ++i) {
        RedisReply item;
        if (const Step step = read(item, depth + 1); step != Step::done) return step;
        reply.items.push_back(std::move(item));
      }
      return Step::done;
    }
    default:
      return Step::broken;
  }
}

}  // namespace sas::redis
