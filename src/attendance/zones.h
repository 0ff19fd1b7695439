#pragma once
// Time zones by their names, the old ones included.

#include <functional>
#include <string>
#include <string_view>

#include <date/tz.h>

namespace sas::attendance {

// The zone that an old name of the IANA database ("Asia/Calcutta") stands for, or empty. Browsers send such names,
// and some systems install the zones without the links from old names (Debian 13: tzdata without tzdata-legacy).
[[nodiscard]] std::string_view zone_behind(std::string_view alias);

using ZoneLocator = std::function<const date::time_zone*(std::string_view name)>;

// The zone of this name, by the system or by zone_behind(); null: there is none. `locate` throws
// std::runtime_error for a name that it does not know.
[[nodiscard]] const date::time_zone* find_zone(const std::string& name,
                                               const ZoneLocator& locate = date::locate_zone);

}  // namespace sas::attendance
