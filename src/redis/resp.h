#pragma once
// RESP2, the protocol of Redis: https://redis.io/docs/latest/develop/reference/protocol-spec/

#include <cstddef>
#include <optional>
#include <string>

#include "redis/redis_commands.h"

namespace sas::redis {

// Appends the encoded `command`.
void encode(const RedisCommand& command, std::string& out);

// Parses replies from a stream of bytes split in arbitrary pieces.
class ReplyParser {
 public:
  void append(const char* data, std::size_t size);
  // The next complete reply; none: more bytes are needed. data_loss "redis_protocol": not RESP, or a reply
  // larger than any of ours; nothing after it can be parsed.
  [[nodiscard]] Result<std::optional<RedisReply>> next();

 private:
  enum class Step { done, incomplete, broken };
  Step read(RedisReply& reply, int depth);
  std::optional<std::string_view> line();

  std::string buffer_;
  std::size_t taken_ = 0;   // bytes of buffer_ used by earlier replies
  std::size_t cursor_ = 0;  // position in the reply being parsed
};

}  // namespace sas::redis
