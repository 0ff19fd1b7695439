#pragma once
// RESP2, the protocol of Redis: https://redis.io/docs/latest/develop/reference/protocol-spec/

#include <cstddef>
#include <optional>
#include <string>

#include "redis/redis_commands.h"

namespace sas::redis {

// Appends `command` as it goes on the wire.
void encode(const RedisCommand& command, std::string& out);

// Takes replies from a stream of bytes that arrive in any pieces.
class ReplyParser {
 public:
  void append(const char* data, std::size_t size);
  // The next complete reply; none: more bytes are needed. data_loss "redis_protocol": this is no RESP, or a
  // reply larger than any of ours; nothing after it can be read.
  [[nodiscard]] Result<std::optional<RedisReply>> next();

 private:
  enum class Step { done, incomplete, broken };
  Step read(RedisReply& reply, int depth);
  std::optional<std::string_view> line();

  std::string buffer_;
  std::size_t taken_ = 0;   // bytes of buffer_ that earlier replies were made of
  std::size_t cursor_ = 0;  // of the reply that is being read
};

}  // namespace sas::redis
