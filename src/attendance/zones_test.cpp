#include "attendance/zones.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "attendance/analytics.h"

namespace sas::attendance {
namespace {

// A system that has the zones without the links from their old names.
const date::time_zone* without_links(std::string_view name) {
  if (!zone_behind(name).empty()) throw std::runtime_error("not found");
  return date::locate_zone(name);
}

TEST(Zones, AnOldNameIsKnownWhereTheSystemHasNoLinkForIt) {
  EXPECT_THROW((void)without_links("Asia/Calcutta"), std::runtime_error);
  for (const auto& [old_name, name] :
       {std::pair{"Asia/Calcutta", "Asia/Kolkata"}, std::pair{"Asia/Katmandu", "Asia/Kathmandu"},
        std::pair{"Asia/Saigon", "Asia/Ho_Chi_Minh"},
        std::pair{"America/Buenos_Aires", "America/Argentina/Buenos_Aires"},
        std::pair{"Europe/Kiev", "Europe/Kyiv"}, std::pair{"US/Pacific", "America/Los_Angeles"}}) {
    EXPECT_EQ(zone_behind(old_name), name);
    const auto* zone = find_zone(old_name, without_links);
    ASSERT_NE(zone, nullptr) << old_name;
    EXPECT_EQ(zone, date::locate_zone(name));
  }
}

TEST(Zones, EveryOtherNameIsTheSystems) {
  EXPECT_EQ(zone_behind("Europe/Berlin"), "");
  EXPECT_EQ(find_zone("Europe/Berlin", without_links), date::locate_zone("Europe/Berlin"));
  EXPECT_EQ(find_zone("Middle/Earth", without_links), nullptr);
  EXPECT_EQ(find_zone("", without_links), nullptr);
}

}  // namespace
}  // namespace sas::attendance
