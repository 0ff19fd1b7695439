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
  std::string host = "127.0.0.1";  // an address of this machine
  std::uint16_t port = 6379;
  std::string username;  // the user the started Redis accepts; empty: the default user
  std::string password;  // empty: anyone on this machine may connect
  int database = 0;
  std::optional<std::string> command;  // shell command that replaces both built-in methods
  bool prefer_docker = false;          // try a container first if Docker exists, then redis-server
  std::filesystem::path folder;        // created if missing; contains the output of the started program
  std::string search_path;             // like PATH: where to search for docker and redis-server
  std::chrono::seconds patience{15};   // until it answers
  std::chrono::seconds docker_patience{180};  // an image may have to be downloaded first
};

// Starts a Redis on this machine if none is running. A process that stays our child (redis-server, or a
// command that stays in the foreground) ends with this process, however that ends; a container or a command
// that daemonises keeps running.
class LocalRedis {
 public:
  // Starts nothing if something already listens there. unavailable "redis_not_started": lists every attempt
  // and why it failed. Blocks; call it at startup, from a thread that lives as long as the Redis is needed:
  // Linux ends a child together with the thread that started it.
  [[nodiscard]] static Result<std::unique_ptr<LocalRedis>> ensure(const LocalRedisOptions& options);
  ~LocalRedis();
  LocalRedis(const LocalRedis&) = delete;
  LocalRedis& operator=(const LocalRedis&) = delete;

  // "was already running", "started redis-server", …
  [[nodiscard]] const std::string& how() const { return how_; }

 private:
  class Child;
  class Starter;
  LocalRedis(std::string how, std::unique_ptr<Child> child);

  std::string how_;
  std::unique_ptr<Child> child_;  // ends with this process; null: nothing does
};

}  // namespace sas
