#pragma once
// Commands to a Redis, over any transport.

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"

namespace sas {

// {"HDEL", key, field}: a command and its arguments, any bytes.
using RedisCommand = std::vector<std::string>;

struct RedisReply {
  enum class Kind { nil, integer, text, array, error };
  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  std::string text;  // of a text or an error; an error starts with its code: "NOSCRIPT No matching script"
  std::vector<RedisReply> items;  // of an array

  [[nodiscard]] bool is_error(std::string_view code) const {
    return kind == Kind::error && text.starts_with(code);
  }
};

// Thread-safe.
class RedisCommands {
 public:
  virtual ~RedisCommands() = default;
  // The Redis's answer, which may itself be an error. unavailable: no answer within the time limit; the
  // command may have been executed. While the Redis is known to be unreachable, fails at once instead of
  // after the time limit.
  [[nodiscard]] virtual Task<Result<RedisReply>> execute(RedisCommand command) = 0;
};

}  // namespace sas
