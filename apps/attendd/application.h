#pragma once
// Puts the server together from its parts and takes it apart in order. The only place that names the
// backends.

#include <chrono>
#include <memory>
#include <string>

#include "base/error.h"
#include "config/server_config.h"

namespace sas {

class Application {
 public:
  // Opens the store, fills the gallery and binds nothing yet. Errors are ready for people.
  [[nodiscard]] static Result<std::unique_ptr<Application>> create(config::ServerConfig config);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Listens. Error: the port is taken, the address is not ours, a certificate cannot be read.
  [[nodiscard]] Result<void> start();
  [[nodiscard]] std::string url() const;
  // Requests in flight get `grace` to finish; what was acknowledged is on disk in any case.
  void stop(std::chrono::seconds grace);

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sas
