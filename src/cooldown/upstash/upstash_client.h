#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "redis/redis_commands.h"

namespace sas {

struct UpstashOptions {
  std::string url;    // "https://<id>.upstash.io", without a trailing slash
  std::string token;  // sent as a bearer token
  std::size_t connections = 4;
  std::size_t most_in_request = 64;                 // commands sent together
  std::chrono::milliseconds command_timeout{1500};  // from execute() to the answer
  std::chrono::milliseconds first_pause{
      500};  // without requests after one failed; doubled up to longest_pause
  std::chrono::milliseconds longest_pause{10'000};
  std::size_t most_waiting = 10'000;  // commands without an answer so far; beyond it: resource_exhausted
};

// A Redis behind Upstash's REST API. A few threads send the waiting commands, several per request. After a
// request fails, commands fail at once for a pause, and then one request retries.
class UpstashClient final : public RedisCommands {
 public:
  explicit UpstashClient(UpstashOptions options);
  ~UpstashClient() override;  // waiting commands fail
  UpstashClient(const UpstashClient&) = delete;
  UpstashClient& operator=(const UpstashClient&) = delete;

  // unavailable: "upstash_unreachable", "upstash_timeout", "upstash_answer" (not a normal Upstash answer);
  // failed_precondition "upstash_refused": the token; resource_exhausted "upstash_busy".
  [[nodiscard]] Task<Result<RedisReply>> execute(RedisCommand command) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas
