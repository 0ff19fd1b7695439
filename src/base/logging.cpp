#include "base/logging.h"

#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/text.h"

namespace sas {
namespace {

// The message as log_text() shows it. Names, paths and answers of other programs are part of messages.
class SafeMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& into) override {
    const std::string text = log_text({message.payload.data(), message.payload.size()});
    into.append(text.data(), text.data() + text.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<SafeMessage>();
  }
};

}  // namespace

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
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<SafeMessage>('*').set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %*");
  logger->set_formatter(std::move(formatter));
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_every(std::chrono::seconds(1));
  return {};
}

}  // namespace sas
