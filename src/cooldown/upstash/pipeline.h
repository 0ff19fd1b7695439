#pragma once
// The bodies of POST /pipeline: https://upstash.com/docs/redis/features/restapi

#include <string>
#include <string_view>
#include <vector>

#include "redis/redis_commands.h"

namespace sas::cooldown::upstash {

// [["HDEL","key","field"],…]
[[nodiscard]] std::string write_pipeline(const std::vector<const RedisCommand*>& commands);

// [{"result":…},{"error":"…"},…]: one reply per command for `count` commands, in order. unavailable
// "upstash_answer": anything else.
[[nodiscard]] Result<std::vector<RedisReply>> read_pipeline(std::string_view body, std::size_t count);

// The message in {"error":"…"}; empty if there is none.
[[nodiscard]] std::string read_refusal(std::string_view body);

}  // namespace sas::cooldown::upstash
