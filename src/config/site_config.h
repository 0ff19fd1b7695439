#pragma once
// The time of the place whose attendance is kept.

#include <array>
#include <chrono>
#include <string>

#include "config/settings.h"

namespace sas::config {

struct SiteConfig {
  std::string site_time_zone;             // checked when the server starts
  std::chrono::minutes day_starts_at{0};  // local time: 00:00..23:59
};

[[nodiscard]] Result<void> take_day_starts_at(SiteConfig& config, const std::string& text);

inline constexpr std::array kSiteSettings{
    setting<&SiteConfig::site_time_zone>(
        {.name = "SITE_TIME_ZONE",
         .initial = "UTC",
         .help = "The time zone of the site: a name of the IANA database, such as Europe/Berlin. It decides "
                 "what a "
                 "day is in /api/v1/days, and in analytics where a client names no zone."}),
    setting<&take_day_starts_at>(
        {.name = "DAY_STARTS_AT",
         .initial = "00:00",
         .help =
             "When a day of /api/v1/days begins, in the site's time. 04:00 counts a night until four to the "
             "day before."}),
};

}  // namespace sas::config
