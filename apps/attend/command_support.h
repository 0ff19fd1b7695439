#pragma once
// What every command needs: the configuration, a way to fail, and an orderly end on a signal.

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/error.h"
#include "config/edge_config.h"
#include "edge/api_client.h"
#include "vision/face_engine.h"

namespace sas::attend {

// What a command returns to the shell.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

// The file that settings come from where the environment does not set them.
inline constexpr const char* kDotenv = ".env";

// Prints "attend: message" to stderr.
int fail(const Error& error);
int usage(const std::string& message);

// .env and the environment, checked. `with_log_file`: the command runs for long and keeps a log; others log
// only warnings, and only to stderr.
[[nodiscard]] Result<config::EdgeConfig> load_config(bool with_log_file);

[[nodiscard]] edge::ApiClientOptions client_options(const config::EdgeConfig& config);

struct EngineChoice {
  std::string pack;           // empty: the configuration's
  std::string liveness_pack;  // likewise
  std::string device = "cpu";
  int threads = 1;
};
[[nodiscard]] Result<std::unique_ptr<vision::FaceEngine>> load_engine(const config::EdgeConfig& config,
                                                                      const EngineChoice& choice);

// Warns if the liveness models are weak or missing, and says how to get better ones.
void warn_of_liveness(const vision::FaceEngine& engine);

// While it lives, SIGINT and SIGTERM request a stop instead of ending the program; a second one ends it at
// once. Make it before any other thread: threads inherit which signals they leave to it.
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread thread_;
};

}  // namespace sas::attend
