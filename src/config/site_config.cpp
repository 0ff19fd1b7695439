#include "config/site_config.h"

namespace sas::config {

Result<void> take_day_starts_at(SiteConfig& config, const std::string& text) {
  const auto digit = [&text](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 99; };
  const bool is_clock = text.size() == 5 && text[2] == ':';
  const int hours = is_clock ? 10 * digit(0) + digit(1) : 99;
  const int minutes = is_clock ? 10 * digit(3) + digit(4) : 99;
  if (hours > 23 || minutes > 59)
    return Error::of(ErrorKind::invalid_argument, "expected a time of the day from 00:00 to 23:59");
  config.day_starts_at = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return {};
}

}  // namespace sas::config
