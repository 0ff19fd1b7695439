#include "attendance/analytics.h"

#include <gtest/gtest.h>

namespace sas::attendance {
namespace {

using namespace std::chrono_literals;

const OrganisationId kOrganisation{Uuid()};

Timestamp at(const char* text) { return *parse_rfc3339(text); }

TallyQuery planned(AnalyticsQuery query, Timestamp now = at("2026-11-22T12:00:00Z")) {
  const auto asked = plan(kOrganisation, query, now);
  EXPECT_TRUE(asked) << asked.error().message;
  return *asked;
}

Camera camera(const char* id, Timestamp first_seen = {}) {
  Camera made{};
  made.id = CameraId{id};
  made.first_seen = first_seen;
  return made;
}

TEST(Analytics, TodayIsTheLocalDay) {
  AnalyticsQuery query;
  query.zone = "Asia/Kathmandu";  // +5:45
  const auto asked = planned(query, at("2026-11-22T18:20:00Z"));
  EXPECT_EQ(asked.range.from, at("2026-11-22T18:15:00Z"));
  EXPECT_EQ(asked.range.to, at("2026-11-23T18:15:00Z"));
  ASSERT_EQ(asked.offsets.size(), 1U);
  EXPECT_EQ(asked.offsets[0].offset, 5h + 45min);
}

TEST(Analytics, ADayInWhichTheClocksChangeHasTwoOffsets) {
  AnalyticsQuery query;
  query.zone = "Europe/Berlin";
  const auto asked = planned(query, at("2026-10-25T12:00:00Z"));
  EXPECT_EQ(asked.range.to - asked.range.from, 25h);
  ASSERT_EQ(asked.offsets.size(), 2U);
  EXPECT_EQ(asked.offsets[0].offset, 2h);
  EXPECT_EQ(asked.offsets[0].range.to, at("2026-10-25T01:00:00Z"));
  EXPECT_EQ(asked.offsets[1].offset, 1h);
}

TEST(Analytics, WhatCannotBeIsRefused) {
  const auto now = at("2026-11-22T12:00:00Z");
  const auto code = [&](AnalyticsQuery query) { return plan(kOrganisation, query, now).error().code; };
  EXPECT_EQ(code({.zone = "Middle/Earth"}), "invalid_zone");
  EXPECT_EQ(code({.zone = "../../etc/passwd"}), "invalid_zone");
  EXPECT_EQ(code({.from = now}), "invalid_range");
  EXPECT_EQ(code({.from = now, .to = now}), "invalid_range");
  EXPECT_EQ(code({.from = now - 401 * 24h, .to = now}), "invalid_range");
}

TEST(Analytics, EveryDayIsThereWithWhatWasWatchedOfIt) {
  AnalyticsQuery query;
  query.zone = "Europe/Berlin";
  query.from = at("2026-11-20T23:00:00Z");
  query.to = at("2026-11-23T23:00:00Z");
  const auto asked = planned(query);
  Tallies tallies;
  tallies.arrivals = {{at("2026-11-21T08:00:00Z"), at("2026-11-21T00:00:00Z"), 3},
                      {at("2026-11-21T09:00:00Z"), at("2026-11-21T00:00:00Z"), 1}};
  tallies.watched = {{CameraId{"gate"}, {at("2026-11-21T11:00:00Z"), at("2026-11-22T05:00:00Z")}}};
  const auto figures =
      summarise(asked, query.zone, tallies, {camera("gate"), camera("door")}, at("2026-11-22T11:00:00Z"));
  ASSERT_EQ(figures.days.size(), 3U);
  EXPECT_EQ(figures.days[0].date, "2026-11-21");
  EXPECT_EQ(figures.days[0].present, 4);
  EXPECT_DOUBLE_EQ(*figures.days[0].coverage, 0.25);  // one camera of two, half of the day
  EXPECT_EQ(figures.days[1].present, 0);
  EXPECT_DOUBLE_EQ(*figures.days[1].coverage, 0.25);  // of the half that has been
  EXPECT_FALSE(figures.days[2].coverage);             // has not begun
  ASSERT_EQ(figures.hours.size(), 2U);
  EXPECT_EQ(figures.hours[0].arrivals, 3);
  ASSERT_EQ(figures.coverage.size(), 2U);
  EXPECT_EQ(figures.coverage[0].camera.value, "door");
  EXPECT_DOUBLE_EQ(figures.coverage[0].fraction, 0);
  EXPECT_DOUBLE_EQ(figures.coverage[1].fraction, 0.5);
}

TEST(Analytics, ACameraCountsFromItsFirstDayUntilItIsRetired) {
  AnalyticsQuery query;
  query.from = at("2026-11-20T00:00:00Z");
  query.to = at("2026-11-23T00:00:00Z");
  const auto asked = planned(query);
  Tallies tallies;
  tallies.watched = {{CameraId{"gate"}, {at("2026-11-19T00:00:00Z"), at("2026-11-22T12:00:00Z")}},
                     {CameraId{"old"}, {at("2026-11-20T00:00:00Z"), at("2026-11-20T06:00:00Z")}}};
  Camera old = camera("old");
  old.retired_at = at("2026-11-20T12:00:00Z");
  // The door says its first word at noon of the last day.
  const auto figures =
      summarise(asked, query.zone, tallies, {camera("gate"), camera("door", at("2026-11-22T12:00:00Z")), old},
                at("2026-11-22T12:00:00Z"));
  ASSERT_EQ(figures.days.size(), 3U);
  EXPECT_DOUBLE_EQ(*figures.days[0].coverage, 30.0 / 36.0) << "the old camera for half of the day";
  EXPECT_DOUBLE_EQ(*figures.days[1].coverage, 1);
  EXPECT_DOUBLE_EQ(*figures.days[2].coverage, 0.5);
  ASSERT_EQ(figures.coverage.size(), 3U);
  EXPECT_EQ(figures.coverage[0].camera.value, "door");
  EXPECT_DOUBLE_EQ(figures.coverage[0].fraction, 0);
  EXPECT_DOUBLE_EQ(figures.coverage[2].fraction, 0.5) << "of the time until it was retired";
  const auto later = [&] {
    AnalyticsQuery today;
    today.from = at("2026-11-21T00:00:00Z");
    today.to = at("2026-11-22T00:00:00Z");
    return summarise(planned(today), today.zone, tallies, {old}, at("2026-11-22T12:00:00Z"));
  }();
  EXPECT_TRUE(later.coverage.empty());
  EXPECT_FALSE(later.days[0].coverage);
}

TEST(Analytics, PercentilesAreNearestRanks) {
  Tallies tallies;
  tallies.delays = {{10, 50}, {20, 45}, {900, 5}};
  const auto figures = summarise(planned({}), "UTC", tallies, {}, at("2026-11-22T12:00:00Z"));
  EXPECT_EQ(figures.latency.events, 100);
  EXPECT_EQ(figures.latency.p50, 10);
  EXPECT_EQ(figures.latency.p95, 20);
  EXPECT_EQ(figures.latency.p99, 900);
  EXPECT_FALSE(summarise(planned({}), "UTC", {}, {}, at("2026-11-22T12:00:00Z")).latency.p50);
}

}  // namespace
}  // namespace sas::attendance
