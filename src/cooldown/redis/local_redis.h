#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"

namespace sas {

struct LocalRedisOptions {
  std::string host = "127.0.0.1";  // of this machine
  std::uint16_t port = 6379;
  std::string username;  // who the started Redis lets in; empty: the default user
  std::string password;  // empty: anybody on this machine
  int database = 0;
  std::optional<std::string> command;         // for the shell; stands in for both ways of ours
  bool prefer_docker = false;                 // a container first, where there is Docker; then redis-server
  std::filesystem::path folder;               // made if missing; holds what the started program says
  std::string search_path;                    // like PATH: where docker and redis-server are looked for
  std::chrono::seconds patience{15};          // until it answers
  std::chrono::seconds docker_patience{180};  // an image may have to be fetched first
};

// A Redis on this machine that was not running and is started. One that runs with us (redis-server, or a
// command that stays in the foreground) ends with us, however we end; a container or a command that detaches
// stays.
class LocalRedis {
 public:
  // Starts nothing when something listens there already. unavailable "redis_not_started": names every attempt
  // and why it failed. Blocks; call it at start. Call it from a thread that lives as long as the Redis is
  // needed: Linux ends a child with the thread that started it.
  [[nodiscard]] static Result<std::unique_ptr<LocalRedis>> ensure(const LocalRedisOptions& options);
  ~LocalRedis();
  LocalRedis(const LocalRedis&) = delete;
  LocalRedis& operator=(const LocalRedis&) = delete;

  // "was running already", "started redis-server", …
  [[nodiscard]] const std::string& how() const { return how_; }

 private:
  class Child;
  class Starter;
  LocalRedis(std::string how, std::unique_ptr<Child> child);

  std::string how_;
  std::unique_ptr<Child> child_;  // what ends with us; none: nothing does
};

}  // namespace sas
