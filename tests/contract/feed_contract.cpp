#include <algorithm>
#include <atomic>
#include <iterator>
#include <set>

#include "store_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using Kind = FeedEntry::Kind;

std::vector<Kind> kinds_of(const std::vector<FeedEntry>& entries) {
  std::vector<Kind> kinds;
  for (const FeedEntry& entry : entries) kinds.push_back(entry.kind);
  return kinds;
}

}  // namespace

std::vector<FeedEntry> FeedContract::after(FeedPosition& position, std::size_t limit) {
  std::vector<FeedEntry> entries;
  for (;;) {
    auto page = run(store_->feed().after(position, limit));
    if (!page) {
      ADD_FAILURE() << page.error().message;
      return entries;
    }
    EXPECT_LE(page->entries.size(), limit);
    std::ranges::move(page->entries, std::back_inserter(entries));
    position = page->position;
    if (page->complete) return entries;
  }
}

TEST_P(FeedContract, TellsWhatChangedInCommitOrderWithWhoDidIt) {
  FeedPosition position;
  EXPECT_TRUE(after(position).empty());
  Caller caller = kCaller;
  caller.subject = {Subject::Kind::session, "s-1"};
  const Person ada = new_person("7", "Ada");
  const FaceTemplate first = face_of(ada, 1);
  const FaceTemplate second = face_of(ada, 2);
  ASSERT_TRUE(run(store_->people().add_person(caller, ada, {first})));
  ASSERT_TRUE(run(store_->people().update_person(caller, ada.id, {{}, "Ada L."}, kMorning + 1s)));
  ASSERT_TRUE(run(store_->people().add_face(caller, second)));
  ASSERT_TRUE(run(store_->people().remove_face(caller, ada.id, second.id, kMorning + 2s)));
  const Sighting sighting = sighting_at(kMorning);
  const auto decision = run(store_->log().record(caller, sighting, mark(sighting, ada), 12h));
  ASSERT_TRUE(decision);
  ASSERT_TRUE(run(store_->people().remove_person(caller, ada.id, kMorning + 3s)));

  const auto entries = after(position, 3);
  auto kinds = kinds_of(entries);
  // Of one transaction the order does not matter.
  if (kinds.size() == 7 && kinds[4] == Kind::camera_added) std::swap(kinds[4], kinds[5]);
  ASSERT_EQ(kinds,
            (std::vector<Kind>{Kind::person_added, Kind::person_changed, Kind::face_added, Kind::face_removed,
                               Kind::decision, Kind::camera_added, Kind::person_removed}));
  for (const FeedEntry& entry : entries) {
    EXPECT_EQ(entry.organisation, kFirstOrganisation);
    EXPECT_EQ(entry.subject, caller.subject);
    if (entry.kind != Kind::decision && entry.kind != Kind::camera_added) {
      EXPECT_EQ(entry.person, ada.id);
    }
    if (entry.kind == Kind::face_added || entry.kind == Kind::face_removed) {
      EXPECT_EQ(entry.face, second.id);
    }
    if (entry.kind == Kind::camera_added) {
      EXPECT_EQ(entry.camera, sighting.camera);
    }
    EXPECT_EQ(entry.decision.has_value(), entry.kind == Kind::decision);
    if (entry.decision) {
      EXPECT_EQ(entry.decision->decision, *decision) << "with the name the person had";
      EXPECT_EQ(entry.decision->camera, sighting.camera);
      EXPECT_EQ(entry.decision->captured_at, sighting.captured_at);
      EXPECT_EQ(entry.at, sighting.received_at);
    }
  }
  EXPECT_TRUE(after(position).empty()) << "each is told once";
}

TEST_P(FeedContract, TellsNothingOfWhatDidNotHappen) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  ASSERT_TRUE(run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h)));
  ASSERT_TRUE(
      run(store_->cameras().heartbeat(kCaller, {.camera = sighting.camera, .received_at = kMorning})));
  FeedPosition position;
  static_cast<void>(after(position));
  const PersonId nobody = PersonId::make(kMorning);
  EXPECT_FALSE(run(store_->people().add_person(kCaller, new_person("7", "Twin"), {})));
  EXPECT_FALSE(run(store_->people().update_person(kCaller, nobody, {{}, "N."}, kMorning)));
  EXPECT_FALSE(run(store_->people().remove_person(kCaller, nobody, kMorning)));
  EXPECT_FALSE(run(store_->people().remove_person(Caller(OrganisationId::make(kMorning)), ada.id, kMorning)));
  EXPECT_FALSE(run(store_->people().remove_face(kCaller, ada.id, FaceId::make(kMorning), kMorning)));
  EXPECT_FALSE(run(store_->people().add_face(kCaller, face_of(new_person("9", "Ghost"), 1))));
  ASSERT_TRUE(run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h))) << "a replay";
  ASSERT_TRUE(
      run(store_->cameras().heartbeat(kCaller, {.camera = sighting.camera, .received_at = kMorning + 1s})));
  EXPECT_TRUE(after(position).empty());
}

TEST_P(FeedContract, AHeartbeatOfANewCameraIsTold) {
  FeedPosition position;
  ASSERT_TRUE(run(store_->cameras().heartbeat(kCaller, {.camera = {"yard"}, .received_at = kMorning})));
  const auto entries = after(position);
  ASSERT_EQ(kinds_of(entries), std::vector<Kind>{Kind::camera_added});
  EXPECT_EQ(entries[0].camera, CameraId{"yard"});
}

TEST_P(FeedContract, GoesOnAfterARestartAndFromItsEnd) {
  add("1", "Ada");
  const auto end = run(store_->feed().end());
  ASSERT_TRUE(end) << end.error().message;
  reopen();
  const Person ben = add("2", "Ben");
  FeedPosition position = *end;
  const auto entries = after(position);
  ASSERT_FALSE(entries.empty());
  EXPECT_EQ(entries.back().person, ben.id);
}

TEST_P(FeedContract, EveryMarkOfManyAtOnceIsToldOnce) {
  const Person ada = add("7", "Ada");
  FeedPosition position;
  static_cast<void>(after(position));
  std::vector<std::future<Result<Decision>>> pending;
  std::set<EventId> expected;
  for (int i = 0; i < 300; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1s);
    expected.insert(sighting.event);
    pending.push_back(runner_.start(store_->log().record(kCaller, sighting, mark(sighting, ada), 0s)));
  }
  std::multiset<EventId> told;
  const auto read = [&] {
    for (const FeedEntry& entry : after(position, 37))
      if (entry.decision) told.insert(entry.decision->decision.event);
  };
  for (auto& future : pending) {
    ASSERT_TRUE(future.get());
    if (told.size() < 200) read();
  }
  read();
  EXPECT_EQ(told, std::multiset<EventId>(expected.begin(), expected.end()));
}

TEST_P(FeedContract, WakesItsFollowersAfterACommit) {
  std::atomic<int> woken{0};
  {
    const FeedSignal::Subscription following(store_->feed().signal(), [&woken] { ++woken; });
    add("7", "Ada");
    EXPECT_TRUE(test::becomes_true([&] { return woken > 0; }));
  }
  const int before = woken;
  add("8", "Ben");
  EXPECT_EQ(woken, before);
}

TEST_P(FeedContract, TrimsWhatIsOldAndKeepsTheNewest) {
  const Person ada = add("7", "Ada");
  for (int day = 0; day < 3; ++day)
    ASSERT_TRUE(run(store_->people().update_person(kCaller, ada.id, {{}, "Ada"}, kMorning + day * 24h)));
  const auto trimmed = run(store_->feed().trim(kMorning + 24h));
  ASSERT_TRUE(trimmed) << trimmed.error().message;
  EXPECT_EQ(*trimmed, 2);
  FeedPosition position;
  EXPECT_EQ(after(position).size(), 2U);
  ASSERT_TRUE(run(store_->feed().trim(kMorning + 24h * 365)));
  FeedPosition again;
  EXPECT_EQ(after(again).size(), 1U);
  EXPECT_EQ(again, position) << "a position is never given out twice";
}

TEST_P(FeedContract, RefusesAForeignPosition) {
  for (const char* text : {"x", "-1", "1.", "1.2.3", "99999999999999999999"}) {
    const auto page = run(store_->feed().after({text}, 10));
    ASSERT_FALSE(page) << text;
    EXPECT_EQ(page.error().code, "invalid_position") << text;
  }
}

}  // namespace sas
