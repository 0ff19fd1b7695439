#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "redis/redis_commands.h"

namespace sas {

struct RedisOptions {
  std::string host = "127.0.0.1";  // a name or an address
  std::uint16_t port = 6379;
  std::string username;  // empty: the server's default user
  std::string password;  // empty: none is sent
  int database = 0;
  bool tls = false;                              // the certificate must be valid for `host`
  std::optional<std::filesystem::path> ca_file;  // PEM; none: the system's authorities

  std::chrono::milliseconds connect_timeout{1000};  // until the first answer, name and TLS included
  std::chrono::milliseconds command_timeout{250};   // from execute to the answer
  std::chrono::milliseconds first_pause{
      50};  // after a loss; doubled up to longest_pause, a fifth more or less
  std::chrono::milliseconds longest_pause{2000};
  std::size_t most_waiting = 20'000;  // commands without an answer yet; above it: resource_exhausted

  std::string purpose;  // "cooldown": by this name the log says that it is lost and back; empty: it does not
  std::string while_away;  // what then happens instead, for the log
};

// One connection to a Redis, kept by a thread of its own: commands of all callers share it in order, and none
// of their threads waits. When an answer is late or the connection breaks, everything that waits fails,
// further commands fail at once, and it connects again by itself, looking the name up anew.
class RedisClient final : public RedisCommands {
 public:
  // Begins to connect. failed_precondition "redis_tls": the CA file cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<RedisClient>> create(RedisOptions options);
  ~RedisClient() override;  // what waits fails
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;

  // For a start: waits until it is connected. unavailable: not within `patience`, and why;
  // failed_precondition "redis_refused": what answers will not have us (password, user, database, TLS), which
  // no waiting mends.
  [[nodiscard]] Result<void> wait_until_connected(std::chrono::milliseconds patience) const;

  // unavailable: "redis_unreachable", "redis_timeout", "redis_lost"; resource_exhausted "redis_busy".
  [[nodiscard]] Task<Result<RedisReply>> execute(RedisCommand command) override;

 private:
  struct Impl;
  explicit RedisClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas
