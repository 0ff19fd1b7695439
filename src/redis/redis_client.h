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
  std::string password;  // empty: no password is sent
  int database = 0;
  bool tls = false;                              // the certificate must be valid for `host`
  std::optional<std::filesystem::path> ca_file;  // PEM; none: the system's authorities

  std::chrono::milliseconds connect_timeout{1000};  // until the first answer, including DNS and TLS
  std::chrono::milliseconds command_timeout{250};   // from execute() to the answer
  std::chrono::milliseconds first_pause{
      50};  // after a loss; doubled up to longest_pause, a fifth more or less
  std::chrono::milliseconds longest_pause{2000};
  std::size_t most_waiting = 20'000;  // commands without an answer so far; beyond it: resource_exhausted

  std::string purpose;     // used when logging loss and recovery; empty disables that
  std::string while_away;  // what happens instead while disconnected; for the log
};

// One connection to a Redis, driven by its own thread: commands of all callers share it in order, and no
// caller's thread blocks. If an answer is late or the connection breaks, all waiting commands fail, new
// commands fail at once, and it reconnects automatically, resolving the name again.
class RedisClient final : public RedisCommands {
 public:
  // Starts connecting. failed_precondition "redis_tls": the CA file cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<RedisClient>> create(RedisOptions options);
  ~RedisClient() override;  // waiting commands fail
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;

  // For startup: waits until connected. unavailable: not connected within `patience`, with the reason;
  // failed_precondition "redis_refused": the server rejects us (password, user, database, TLS), and waiting
  // will not help.
  [[nodiscard]] Result<void> wait_until_connected(std::chrono::milliseconds patience) const;

  // unavailable: "redis_unreachable", "redis_timeout", "redis_lost"; resource_exhausted "redis_busy".
  [[nodiscard]] Task<Result<RedisReply>> execute(RedisCommand command) override;

 private:
  struct Impl;
  explicit RedisClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas
