// Lines of people and days, and what an operator says about cameras.
#include <algorithm>
#include <set>

#include "store_contract.h"

namespace sas {

using namespace std::chrono_literals;

namespace {

// Days of UTC from 2026-11-22.
DayQuery days(int count, SeenFilter seen = SeenFilter::all) {
  DayQuery query{.organisation = kFirstOrganisation, .days = {}, .seen = seen};
  const Timestamp midnight = kMorning - 8h;
  const auto first = std::chrono::floor<std::chrono::days>(midnight);
  for (int i = 0; i < count; ++i)
    query.days.push_back({first + std::chrono::days(i), {midnight + i * 24h, midnight + (i + 1) * 24h}});
  query.page.limit = 1000;
  return query;
}

std::string text_of(const PersonDay& day) {
  const auto hour = [](const std::optional<Timestamp>& time) {
    return time ? std::to_string((*time - (kMorning - 8h)) / 1h) : std::string("-");
  };
  return day.person.code + " " + to_string(day.date) + " " + hour(day.first_at) + " " +
         hour(day.last_seen_at) + " " + std::to_string(day.records) + "/" + std::to_string(day.sightings);
}

std::vector<std::string> texts_of(const std::vector<PersonDay>& items) {
  std::vector<std::string> texts;
  for (const PersonDay& day : items) texts.push_back(text_of(day));
  return texts;
}

}  // namespace

TEST_P(DayContract, EveryEnrolledPersonHasALineForEachDay) {
  const Person bob = add("8", "Bob");
  const Person ada = add("7", "Ada");
  record(ada, kMorning);
  record(ada, kMorning + 2h);   // cooldown
  record(ada, kMorning + 13h);  // the second record of the day
  record(bob, kMorning + 30h);
  record(bob, kMorning + 31h);
  record(ada, kMorning - 20h);  // of another day
  const auto page = run(store_->days().days(days(2)));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(texts_of(page->items),
            (std::vector<std::string>{"7 2026-11-22 8 21 2/3", "7 2026-11-23 - - 0/0", "8 2026-11-22 - - 0/0",
                                      "8 2026-11-23 38 39 1/2"}));
  EXPECT_EQ(page->items[0].person, (PersonRef{ada.id, "7", "Ada"}));
  EXPECT_FALSE(page->next_cursor);
  EXPECT_EQ(texts_of(run(store_->days().days(days(2, SeenFilter::yes)))->items),
            (std::vector<std::string>{"7 2026-11-22 8 21 2/3", "8 2026-11-23 38 39 1/2"}));
  EXPECT_EQ(texts_of(run(store_->days().days(days(2, SeenFilter::no)))->items),
            (std::vector<std::string>{"7 2026-11-23 - - 0/0", "8 2026-11-22 - - 0/0"}));
  DayQuery one = days(1);
  one.person = "8";
  EXPECT_EQ(texts_of(run(store_->days().days(one))->items), std::vector<std::string>{"8 2026-11-22 - - 0/0"});
  one.person = "9";
  EXPECT_TRUE(run(store_->days().days(one))->items.empty());
}

TEST_P(DayContract, ADayIncludesItsBeginAndNotItsEnd) {
  const Person ada = add("7", "Ada");
  record(ada, kMorning - 8h, 0s);
  record(ada, kMorning + 16h - 1us, 0s);
  record(ada, kMorning + 16h, 0s);
  EXPECT_EQ(texts_of(run(store_->days().days(days(2)))->items),
            (std::vector<std::string>{"7 2026-11-22 0 23 2/2", "7 2026-11-23 24 24 1/1"}));
}

TEST_P(DayContract, ARemovedPersonKeepsTheDaysOnWhichTheyWereSeen) {
  const Person old = add("7", "Ada");
  record(old, kMorning);
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, old.id, kMorning + 1h)));
  const Person unseen = add("5", "Eve");
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, unseen.id, kMorning + 1h)));
  const Person successor = add("7", "Bob");  // has the code now
  record(successor, kMorning + 26h);
  const auto page = run(store_->days().days(days(2)));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(texts_of(page->items), (std::vector<std::string>{"7 2026-11-22 - - 0/0", "7 2026-11-23 34 34 1/1",
                                                             "7 2026-11-22 8 8 1/1"}));
  EXPECT_EQ(page->items[2].person.name, "Ada");
  EXPECT_EQ(run(store_->days().days(days(2, SeenFilter::no)))->items.size(), 1U);
  DayQuery one = days(2);
  one.person = old.id.to_string();
  EXPECT_EQ(texts_of(run(store_->days().days(one))->items), std::vector<std::string>{"7 2026-11-22 8 8 1/1"});
}

TEST_P(DayContract, PagesNeitherRepeatNorMissLines) {
  std::vector<Person> people;
  for (int i = 0; i < 7; ++i) people.push_back(add("p" + std::to_string(i), "Person"));
  for (int i = 0; i < 7; ++i) record(people[static_cast<std::size_t>(i)], kMorning + i * 24h, 0s);
  for (const int removed : {1, 4})
    ASSERT_TRUE(
        run(store_->people().remove_person(kCaller, people[static_cast<std::size_t>(removed)].id, kMorning)));
  for (const SeenFilter seen : {SeenFilter::all, SeenFilter::yes, SeenFilter::no}) {
    const auto whole = texts_of(run(store_->days().days(days(5, seen)))->items);
    EXPECT_EQ(whole.size(), seen == SeenFilter::all ? 27U : seen == SeenFilter::yes ? 5U : 22U);
    for (const std::size_t limit : {1U, 2U, 3U, 26U}) {
      DayQuery query = days(5, seen);
      query.page.limit = limit;
      std::vector<std::string> found;
      for (int pages = 0; pages < 40; ++pages) {
        const auto page = run(store_->days().days(query));
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_LE(page->items.size(), limit);
        for (const auto& text : texts_of(page->items)) found.push_back(text);
        query.page.cursor = page->next_cursor;
        if (!page->next_cursor) break;
      }
      EXPECT_EQ(found, whole) << limit;
    }
  }
  DayQuery rubbish = days(1);
  rubbish.page.cursor = "rubbish";
  EXPECT_EQ(run(store_->days().days(rubbish)).error().code, "invalid_cursor");
}

TEST_P(DayContract, ListsWhatWasWatchedOfARange) {
  for (const int hour : {0, 2, 30}) {
    Heartbeat beat;
    beat.camera = CameraId{"gate"};
    beat.received_at = kMorning + hour * 1h;
    beat.watched = Interval{kMorning + hour * 1h, kMorning + hour * 1h + 30min};
    ASSERT_TRUE(run(store_->cameras().heartbeat(kCaller, beat)));
  }
  const auto watched = run(store_->days().watched(kFirstOrganisation, {kMorning + 10min, kMorning + 24h}));
  ASSERT_TRUE(watched) << watched.error().message;
  ASSERT_EQ(watched->size(), 2U);
  EXPECT_EQ(watched->at(0).interval, (Interval{kMorning, kMorning + 30min})) << "not cut";
  EXPECT_EQ(watched->at(1).interval.from, kMorning + 2h);
}

TEST_P(CameraContract, AnOperatorNamesAndRetiresACamera) {
  const Person ada = add("7", "Ada");
  record(ada, kMorning);
  CameraStore& cameras = store_->cameras();
  const CameraId gate{"gate"};
  const auto named = run(cameras.update_camera(
      kCaller, gate, {.name = "Front door", .direction = CameraDirection::out, .retired = true},
      kMorning + 1h));
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->name, "Front door");
  EXPECT_EQ(named->direction, CameraDirection::out);
  EXPECT_EQ(named->retired_at, kMorning + 1h);
  EXPECT_EQ(named->events, 1);
  EXPECT_EQ(run(cameras.update_camera(kCaller, gate, {.retired = true}, kMorning + 2h))->retired_at,
            kMorning + 1h);
  reopen();
  const auto known = run(store_->cameras().cameras(kFirstOrganisation));
  EXPECT_EQ(known->at(0).name, "Front door");
  EXPECT_EQ(known->at(0).direction, CameraDirection::out);
  // An event changes nothing of that.
  record(ada, kMorning + 24h);
  const auto back =
      run(store_->cameras().update_camera(kCaller, gate, {.name = "", .retired = false}, kMorning));
  EXPECT_FALSE(back->name);
  EXPECT_FALSE(back->retired_at);
  EXPECT_EQ(back->direction, CameraDirection::out);
  EXPECT_EQ(back->events, 2);
  EXPECT_EQ(
      run(store_->cameras().update_camera(kCaller, CameraId{"door"}, {.name = "x"}, kMorning)).error().code,
      "camera_not_found");
  EXPECT_EQ(run(store_->cameras().update_camera(kCaller, gate, {}, kMorning))->events, 2)
      << "changes nothing";
}

TEST_P(CameraContract, OnlyACameraWithoutEventsIsRemoved) {
  const Person ada = add("7", "Ada");
  record(ada, kMorning);
  Heartbeat beat;
  beat.camera = CameraId{"gaet"};
  beat.received_at = kMorning;
  beat.watched = Interval{kMorning - 1h, kMorning};
  ASSERT_TRUE(run(store_->cameras().heartbeat(kCaller, beat)));
  EXPECT_EQ(run(store_->cameras().remove_camera(kCaller, CameraId{"gate"})).error().code,
            "camera_has_events");
  ASSERT_TRUE(run(store_->cameras().remove_camera(kCaller, CameraId{"gaet"})));
  EXPECT_EQ(run(store_->cameras().remove_camera(kCaller, CameraId{"gaet"})).error().code, "camera_not_found");
  EXPECT_EQ(run(store_->cameras().cameras(kFirstOrganisation))->size(), 1U);
  EXPECT_TRUE(run(store_->days().watched(kFirstOrganisation, {kMorning - 24h, kMorning + 24h}))->empty());
}

}  // namespace sas
