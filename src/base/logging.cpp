#include "base/logging.h"

#include <memory>
#include <vector>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace sas {

Result<void> setup_logging(const LoggingOptions& options) {
  std::vector<spdlog::sink_ptr> sinks;
  if (options.to_stderr) {
    sinks.push_back(std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  } else {
    sinks.push_back(std::make_shared<spdlog::sinks::stdout_color_sink_mt>());
  }
  if (options.file) {
    constexpr std::size_t kMaxBytes = 10UL * 1024 * 1024;
    constexpr std::size_t kFiles = 5;
    try {
      sinks.push_back(
          std::make_shared<spdlog::sinks::rotating_file_sink_mt>(options.file->string(), kMaxBytes, kFiles));
    } catch (const spdlog::spdlog_ex& problem) {
      return Error::of(ErrorKind::failed_precondition, "log_file_unwritable",
                       "cannot write the log file " + options.file->string() + ": " + problem.what() +
                           "; choose another with LOG_FILE or fix its permissions");
    }
  }
  auto logger = std::make_shared<spdlog::logger>("sas", sinks.begin(), sinks.end());
  logger->set_level(options.level);
  logger->flush_on(spdlog::level::warn);
  // UTC, as everywhere: logs compared across machines must not depend on local time zones.
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_every(std::chrono::seconds(1));
  return {};
}

}  // namespace sas
