// What is read of the log beyond its records, and the cameras: every decision, coverage and counts.
#include <array>
#include <map>

#include "store_contract.h"

namespace sas {

using namespace std::chrono_literals;

namespace {

Sighting unknown_at(Timestamp captured_at, const std::string& camera = "gate") {
  return sighting_at(captured_at, camera);
}

Decision unknown(const Sighting& sighting, Outcome outcome = Outcome::unknown) {
  Decision decision;
  decision.event = sighting.event;
  decision.outcome = outcome;
  decision.similarity = 0.2F;
  decision.threshold = 0.35F;
  return decision;
}

Heartbeat beat(Timestamp received_at, std::optional<Interval> watched, const std::string& camera = "gate") {
  Heartbeat heartbeat;
  heartbeat.camera = CameraId{camera};
  heartbeat.received_at = received_at;
  heartbeat.watched = watched;
  return heartbeat;
}

TallyQuery range_of(Timestamp from, Timestamp to, std::chrono::seconds offset = {}) {
  TallyQuery query{.organisation = kFirstOrganisation};
  query.range = {from, to};
  query.offsets = {{{from, to}, offset}};
  return query;
}

}  // namespace

TEST_P(LogContract, ListsEveryDecisionNewestFirst) {
  const Person ada = add("7", "Ada");
  record(ada, kMorning);
  for (int i = 1; i <= 3; ++i) {
    const Sighting sighting = unknown_at(kMorning + i * 1min, "door");
    ASSERT_TRUE(run(store_->log().record(
        kCaller, sighting, unknown(sighting, i == 2 ? Outcome::spoof : Outcome::unknown), 12h)));
  }
  SightingQuery query{.organisation = kFirstOrganisation};
  query.page.limit = 3;
  const auto page = run(store_->log().sightings(query));
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->items.size(), 3U);
  EXPECT_EQ(page->items[0].captured_at, kMorning + 3min);
  EXPECT_EQ(page->items[1].decision.outcome, Outcome::spoof);
  EXPECT_FALSE(page->items[1].decision.person);
  EXPECT_FLOAT_EQ(*page->items[1].scores.liveness, 0.9F);
  query.page.cursor = page->next_cursor;
  const auto rest = run(store_->log().sightings(query));
  ASSERT_EQ(rest->items.size(), 1U);
  EXPECT_EQ(rest->items[0].decision.person->code, "7");
  EXPECT_TRUE(rest->items[0].decision.attendance);
  EXPECT_FALSE(rest->next_cursor);

  SightingQuery spoofs{.organisation = kFirstOrganisation};
  spoofs.outcome = Outcome::spoof;
  EXPECT_EQ(run(store_->log().sightings(spoofs))->items.size(), 1U);
  SightingQuery gate{.organisation = kFirstOrganisation};
  gate.camera = CameraId{"gate"};
  EXPECT_EQ(run(store_->log().sightings(gate))->items.size(), 1U);
  SightingQuery middle{.organisation = kFirstOrganisation};
  middle.from = kMorning + 1min;
  middle.to = kMorning + 3min;
  EXPECT_EQ(run(store_->log().sightings(middle))->items.size(), 2U);
  SightingQuery rubbish{.organisation = kFirstOrganisation};
  rubbish.page.cursor = "rubbish";
  EXPECT_EQ(run(store_->log().sightings(rubbish)).error().code, "invalid_cursor");
}

TEST_P(LogContract, CountsByLocalHourAndDay) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  // At +5:45 the local day begins at 18:15 UTC, and local hours at a quarter past.
  const auto offset = 5h + 45min;
  const Timestamp midnight = kMorning - 8h + 18h + 15min;
  record(ada, midnight - 10min, 0s);
  record(ada, midnight + 5min, 0s);
  record(ada, midnight + 65min, 0s, "door");
  record(bob, midnight + 66min, 0s);
  const Sighting stranger = unknown_at(midnight + 67min);
  ASSERT_TRUE(run(store_->log().record(kCaller, stranger, unknown(stranger), 0s)));
  Sighting late = unknown_at(midnight + 68min);
  late.received_at = late.captured_at + 1h;
  ASSERT_TRUE(run(store_->log().record(kCaller, late, unknown(late, Outcome::spoof), 0s)));

  const auto found = run(store_->log().tallies(range_of(midnight - 1h, midnight + 5h, offset)));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->enrolled, 2);
  EXPECT_EQ(found->present, 2);
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> hours;  // (hour, camera + outcome)
  for (const auto& hour : found->hours)
    hours[{(hour.start - midnight) / 1h, hour.camera.value + " " + std::string(to_string(hour.outcome))}] =
        hour.count;
  EXPECT_EQ(hours, (decltype(hours){{{-1, "gate marked"}, 1},
                                    {{0, "gate marked"}, 1},
                                    {{1, "door marked"}, 1},
                                    {{1, "gate marked"}, 1},
                                    {{1, "gate spoof"}, 1},
                                    {{1, "gate unknown"}, 1}}));
  std::vector<std::array<std::int64_t, 3>> arrivals;  // hour, day, count
  const Timestamp day = midnight + offset;
  for (const auto& each : found->arrivals)
    arrivals.push_back({(each.start - midnight) / 1h, (each.day - day) / 24h, each.count});
  EXPECT_EQ(arrivals, (decltype(arrivals){{-1, -1, 1}, {0, 0, 1}, {1, 0, 1}}));
  ASSERT_EQ(found->bins.size(), 2U);
  EXPECT_EQ(found->bins[0].index, 60);  // 0.2
  EXPECT_EQ(found->bins[0].unknown, 1);
  EXPECT_EQ(found->bins[1].index, 85);  // 0.71
  EXPECT_EQ(found->bins[1].known, 4);
  ASSERT_EQ(found->thresholds.size(), 1U);
  EXPECT_FLOAT_EQ(found->thresholds[0], 0.35F);
  ASSERT_EQ(found->delays.size(), 1U);  // only the late one did not arrive live
  EXPECT_EQ(found->delays[0].milliseconds, 250);
  EXPECT_EQ(found->delays[0].count, 5);

  TallyQuery door = range_of(midnight - 1h, midnight + 5h, offset);
  door.camera = CameraId{"door"};
  const auto of_door = run(store_->log().tallies(door));
  ASSERT_EQ(of_door->hours.size(), 1U);
  EXPECT_EQ(of_door->present, 1);
  EXPECT_EQ(of_door->arrivals.size(), 1U);
}

TEST_P(LogContract, ADayWithAClockChangeIsOneDay) {
  const Person ada = add("7", "Ada");
  // Local time changes from +2 h to +1 h at `change`: 2 to 3 o'clock occurs twice.
  const Timestamp change = kMorning - 7h;  // 01:00 UTC
  record(ada, change - 30min, 0s);         // 02:30, the first time
  record(ada, change + 30min, 0s);         // 02:30, the second time
  TallyQuery query{.organisation = kFirstOrganisation};
  query.range = {change - 3h, change + 3h};
  query.offsets = {{{change - 3h, change}, 2h}, {{change, change + 3h}, 1h}};
  const auto found = run(store_->log().tallies(query));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->hours.size(), 2U);
  EXPECT_EQ(found->hours[0].start, change - 1h);
  EXPECT_EQ(found->hours[1].start, change);
  ASSERT_EQ(found->arrivals.size(), 1U);
  EXPECT_EQ(found->arrivals[0].count, 1);
}

TEST_P(LogContract, FindsOneRecordByItsId) {
  const Person ada = add("7", "Ada");
  const auto marked = record(ada, kMorning);
  const auto found = run(store_->log().attendance_record(kFirstOrganisation, *marked.attendance));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->event, marked.event);
  EXPECT_EQ(found->person.name, "Ada");
  const auto none = run(store_->log().attendance_record(kFirstOrganisation, AttendanceId::make(kMorning)));
  EXPECT_EQ(none.error().code, "attendance_not_found");
}

TEST_P(CameraContract, CamerasHaveALastSeenTimeAndAClockSkew) {
  const Person ada = add("7", "Ada");
  Sighting live = sighting_at(kMorning, "front");
  live.received_at = kMorning + 2s;
  ASSERT_TRUE(run(store_->log().record(kCaller, live, mark(live, ada), 1h)));
  Sighting late = sighting_at(kMorning - 5h, "front");
  late.received_at = kMorning + 10s;
  ASSERT_TRUE(run(store_->log().record(kCaller, late, mark(late, ada), 1h)));
  Sighting ahead = sighting_at(kMorning + 100s, "back");
  ahead.received_at = kMorning + 90s;
  ASSERT_TRUE(run(store_->log().record(kCaller, ahead, mark(ahead, ada), 1h)));
  reopen();
  const auto cameras = run(store_->cameras().cameras(kFirstOrganisation));
  ASSERT_TRUE(cameras);
  ASSERT_EQ(cameras->size(), 2U);
  EXPECT_EQ(cameras->at(0).id, CameraId{"back"});
  EXPECT_EQ(cameras->at(0).clock_skew, -10s);
  EXPECT_EQ(cameras->at(1).id, CameraId{"front"});
  EXPECT_EQ(cameras->at(1).events, 2);
  EXPECT_EQ(cameras->at(1).first_seen, kMorning + 2s);
  EXPECT_EQ(cameras->at(1).last_seen, kMorning + 10s);
  EXPECT_EQ(cameras->at(1).clock_skew, 2s) << "a late event gives no clock skew";

  Sighting told = sighting_at(kMorning - 3h, "front");
  told.received_at = kMorning + 20s;
  told.sent_at = kMorning + 13s;
  ASSERT_TRUE(run(store_->log().record(kCaller, told, mark(told, ada), 1h)));
  const auto again = run(store_->cameras().cameras(kFirstOrganisation));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(1).clock_skew, 7s) << "unless it has a sending time";
}

TEST_P(CameraContract, AHeartbeatRegistersACameraAndItsStatus) {
  Heartbeat said = beat(kMorning, std::nullopt);
  said.fps = 14.5F;
  said.outbox_waiting = 3;
  said.outbox_oldest = kMorning - 1h;
  said.software = "attend 1";
  said.model = "model@1";
  ASSERT_TRUE(run(store_->cameras().heartbeat(kCaller, said)));
  auto cameras = run(store_->cameras().cameras(kFirstOrganisation));
  ASSERT_EQ(cameras->size(), 1U);
  EXPECT_EQ(cameras->front().events, 0);
  EXPECT_EQ(cameras->front().last_seen, kMorning);
  EXPECT_EQ(cameras->front().fps, 14.5F);
  EXPECT_EQ(cameras->front().outbox_waiting, 3);
  EXPECT_EQ(cameras->front().outbox_oldest, kMorning - 1h);
  EXPECT_EQ(cameras->front().software, "attend 1");
  EXPECT_EQ(cameras->front().model, "model@1");
  // One that was overtaken on its way changes nothing of it.
  ASSERT_TRUE(run(store_->cameras().heartbeat(kCaller, beat(kMorning - 10s, std::nullopt))));
  cameras = run(store_->cameras().cameras(kFirstOrganisation));
  EXPECT_EQ(cameras->front().fps, 14.5F);
  EXPECT_EQ(cameras->front().last_seen, kMorning);
  ASSERT_TRUE(run(store_->cameras().heartbeat(kCaller, beat(kMorning + 10s, std::nullopt))));
  cameras = run(store_->cameras().cameras(kFirstOrganisation));
  EXPECT_FALSE(cameras->front().fps);
  EXPECT_EQ(cameras->front().last_seen, kMorning + 10s);
}

TEST_P(CameraContract, CoverageIsTheUnionOfWatchedIntervals) {
  const auto watch = [&](std::chrono::seconds from, std::chrono::seconds to,
                         const std::string& camera = "gate") {
    const auto kept = run(store_->cameras().heartbeat(
        kCaller, beat(kMorning + 1h, Interval{kMorning + from, kMorning + to}, camera)));
    ASSERT_TRUE(kept) << kept.error().message;
  };
  const auto covered = [&](Timestamp from, Timestamp to) {
    std::vector<std::pair<std::string, std::pair<std::int64_t, std::int64_t>>> seen;
    const auto found = run(store_->log().tallies(range_of(from, to)));
    EXPECT_TRUE(found) << found.error().message;
    for (const auto& each : found->watched)
      seen.push_back(
          {each.camera.value, {(each.interval.from - kMorning) / 1s, (each.interval.to - kMorning) / 1s}});
    return seen;
  };
  using Seen = decltype(covered(kMorning, kMorning));
  watch(0s, 10s);
  watch(10s, 20s);  // adjacent
  watch(40s, 50s);
  watch(60s, 70s);
  watch(40s, 50s);  // reported twice
  watch(5s, 5s);    // empty
  watch(0s, 90s, "door");
  EXPECT_EQ(covered(kMorning, kMorning + 1h),
            (Seen{{"door", {0, 90}}, {"gate", {0, 20}}, {"gate", {40, 50}}, {"gate", {60, 70}}}));
  watch(15s, 45s);  // reported late: closes a gap
  EXPECT_EQ(covered(kMorning, kMorning + 1h),
            (Seen{{"door", {0, 90}}, {"gate", {0, 50}}, {"gate", {60, 70}}}));
  EXPECT_EQ(covered(kMorning + 50s, kMorning + 60s), (Seen{{"door", {0, 90}}}));
  watch(-5s, 80s);  // covers everything
  reopen();
  EXPECT_EQ(covered(kMorning, kMorning + 1h), (Seen{{"door", {0, 90}}, {"gate", {-5, 80}}}));
}

}  // namespace sas
