#include "attendance/site.h"

#include <gtest/gtest.h>

namespace sas::attendance {
namespace {

using namespace std::chrono_literals;

Timestamp utc(const char* text) { return *parse_rfc3339(text); }
Date calendar(const char* text) { return *parse_date(text); }

std::chrono::hours length(const Site& site, const char* day) {
  const Interval range = site.day(calendar(day)).range;
  return std::chrono::duration_cast<std::chrono::hours>(range.to - range.from);
}

TEST(Site, KnowsItsDays) {
  const Site site = Site::of("Asia/Kathmandu", 0min).value();  // +5:45
  EXPECT_EQ(site.day(calendar("2026-11-22")).range.from, utc("2026-11-21T18:15:00Z"));
  EXPECT_EQ(site.day_of(utc("2026-11-21T18:14:59Z")), calendar("2026-11-21"));
  EXPECT_EQ(site.day_of(utc("2026-11-21T18:15:00Z")), calendar("2026-11-22"));
  EXPECT_EQ(Site().day(calendar("2026-11-22")).range.from, utc("2026-11-22T00:00:00Z"));
}

TEST(Site, DaysOnWhichClocksChangeAreShorterOrLonger) {
  const Site berlin = Site::of("Europe/Berlin", 0min).value();
  EXPECT_EQ(length(berlin, "2026-03-29"), 23h);
  EXPECT_EQ(length(berlin, "2026-10-25"), 25h);
  EXPECT_EQ(length(Site::of("America/New_York", 0min).value(), "2026-11-01"), 25h);
  // Half an hour only, and the other way round.
  const Interval lord_howe = Site::of("Australia/Lord_Howe", 0min).value().day(calendar("2026-10-04")).range;
  EXPECT_EQ(lord_howe.to - lord_howe.from, 23h + 30min);
  // The clocks of Santiago jump at midnight, so the day begins at one.
  const Site santiago = Site::of("America/Santiago", 0min).value();
  EXPECT_EQ(length(santiago, "2026-09-06"), 23h);
  EXPECT_EQ(santiago.day_of(utc("2026-09-06T04:00:00Z")), calendar("2026-09-06"));
  EXPECT_EQ(santiago.day_of(utc("2026-09-06T03:59:59Z")), calendar("2026-09-05"));
}

TEST(Site, ADayMayBeginAtFour) {
  const Site site = Site::of("Europe/Berlin", 4h).value();
  EXPECT_EQ(site.day(calendar("2026-11-22")).range.from, utc("2026-11-22T03:00:00Z"));
  EXPECT_EQ(site.day_of(utc("2026-11-22T02:59:59Z")), calendar("2026-11-21"));
  // The hour is lost in the day that began on the evening before.
  EXPECT_EQ(length(site, "2026-03-28"), 23h);
  EXPECT_EQ(length(site, "2026-03-29"), 24h);
}

// Each moment of two years belongs to the day whose range contains it, and the days leave nothing out.
TEST(Site, DaysMeetWithoutGapsInEveryZone) {
  for (const char* zone : {"Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo"}) {
    for (const auto start : {0min, 150min, 240min}) {
      const Site site = Site::of(zone, start).value();
      Timestamp end = site.day(calendar("2026-01-01")).range.from;
      for (Date day = calendar("2026-01-01"); day < calendar("2028-01-01"); day += std::chrono::days(1)) {
        const Interval range = site.day(day).range;
        ASSERT_EQ(range.from, end) << zone << " " << to_string(day);
        for (const Timestamp time : {range.from, range.from + 1h, range.from + 5h, range.to - 1us})
          ASSERT_EQ(site.day_of(time), day) << zone << " " << to_rfc3339(time);
        end = range.to;
      }
    }
  }
}

TEST(Site, AnOldNameOfAZoneIsTaken) {
  EXPECT_EQ(Site::of("Asia/Calcutta", 0min).value().day(calendar("2026-11-22")).range.from,
            utc("2026-11-21T18:30:00Z"));
  EXPECT_EQ(Site::of("Middle/Earth", 0min).error().code, "invalid_zone");
}

}  // namespace
}  // namespace sas::attendance
