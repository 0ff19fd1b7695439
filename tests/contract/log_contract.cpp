// The attendance log: what is written, and the window rule.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "store_contract.h"

namespace sas {

using namespace std::chrono_literals;

TEST_P(LogContract, WritesAMarkWithTheNumbersThatExplainIt) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  const Decision proposed = mark(sighting, ada);
  const auto decision = run(store_->log().record(kCaller, sighting, proposed, 12h));
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->outcome, Outcome::marked);
  EXPECT_EQ(decision->cooldown_until, kMorning + 12h);
  EXPECT_EQ(decision->attendance, proposed.attendance);
  reopen();
  const auto records = log();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].id, *proposed.attendance);
  EXPECT_EQ(records[0].event, sighting.event);
  EXPECT_EQ(records[0].person, *proposed.person);
  EXPECT_EQ(records[0].camera, sighting.camera);
  EXPECT_EQ(records[0].model, sighting.model);
  EXPECT_EQ(records[0].captured_at, sighting.captured_at);
  EXPECT_EQ(records[0].received_at, sighting.received_at);
  EXPECT_EQ(records[0].similarity, 0.71F);
  EXPECT_EQ(records[0].runner_up, 0.12F);
  EXPECT_EQ(records[0].threshold, 0.35F);
  EXPECT_EQ(records[0].scores.liveness, 0.9F);
  EXPECT_EQ(records[0].scores.quality, std::nullopt);
}

TEST_P(LogContract, AReplayGetsTheStoredDecisionAndWritesNothing) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  const Sighting sighting = sighting_at(kMorning);
  const auto first = run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h));
  ASSERT_TRUE(first);
  reopen();
  EXPECT_EQ(*run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h)), *first);
  EXPECT_EQ(*run(store_->log().record(kCaller, sighting, mark(sighting, bob), 0s)), *first)
      << "whatever is proposed now";
  EXPECT_EQ(log().size(), 1U);
  EXPECT_EQ(run(store_->cameras().cameras(kFirstOrganisation))->at(0).events, 1);

  Sighting stranger = sighting_at(kMorning + 1s);
  Decision unknown;
  unknown.event = stranger.event;
  unknown.threshold = 0.35F;
  const auto once = run(store_->log().record(kCaller, stranger, unknown, 12h));
  ASSERT_TRUE(once);
  EXPECT_EQ(*once, unknown);
  EXPECT_EQ(*run(store_->log().record(kCaller, stranger, mark(stranger, bob), 12h)), unknown);
}

TEST_P(LogContract, AnEventIdIsOfOneContent) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  Sighting sighting = sighting_at(kMorning);
  sighting.content = ContentDigest{1};
  const auto first = run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h));
  ASSERT_TRUE(first);
  reopen();
  EXPECT_EQ(*run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h)), *first);
  Sighting other = sighting;
  other.content = ContentDigest{2};
  const auto reused = run(store_->log().record(kCaller, other, mark(other, bob), 12h));
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().kind, ErrorKind::conflict);
  EXPECT_EQ(reused.error().code, "event_id_reused");
  EXPECT_EQ(log().size(), 1U);
  EXPECT_EQ(record(bob, kMorning).outcome, Outcome::marked) << "has no record by the other event";
  // Also for somebody who was removed meanwhile.
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, bob.id, kMorning)));
  EXPECT_EQ(run(store_->log().record(kCaller, other, mark(other, bob), 12h)).error().code, "event_id_reused");

  // An older program stored nothing to compare, or sends nothing.
  other.content.reset();
  EXPECT_EQ(*run(store_->log().record(kCaller, other, mark(other, ada), 12h)), *first);
  Sighting old = sighting_at(kMorning + 24h);
  ASSERT_TRUE(run(store_->log().record(kCaller, old, mark(old, ada), 12h)));
  old.content = ContentDigest{3};
  EXPECT_TRUE(run(store_->log().record(kCaller, old, mark(old, ada), 12h)));
}

TEST_P(LogContract, OfOneIdWithManyContentsOneIsStored) {
  const Sighting sighting = sighting_at(kMorning);
  std::vector<std::future<Result<Decision>>> pending;
  for (std::uint8_t i = 0; i < 16; ++i) {
    Sighting one = sighting;
    one.content = ContentDigest{i};
    Decision unknown;
    unknown.event = one.event;
    unknown.threshold = 0.35F;
    pending.push_back(runner_.start(store_->log().record(kCaller, one, unknown, 12h)));
  }
  int stored = 0;
  for (auto& future : pending) {
    const auto decision = future.get();
    stored += decision ? 1 : 0;
    if (!decision) {
      EXPECT_EQ(decision.error().code, "event_id_reused") << decision.error().message;
    }
  }
  EXPECT_EQ(stored, 1);
}

TEST_P(LogContract, StoresEveryOutcomeThatHasNoPerson) {
  for (const Outcome outcome : {Outcome::unknown, Outcome::ambiguous, Outcome::spoof, Outcome::unproven}) {
    const Sighting sighting = sighting_at(kMorning);
    Decision decision;
    decision.event = sighting.event;
    decision.outcome = outcome;
    decision.threshold = 0.35F;
    const auto stored = run(store_->log().record(kCaller, sighting, decision, 12h));
    ASSERT_TRUE(stored) << to_string(outcome) << ": " << stored.error().message;
    EXPECT_EQ(*run(store_->log().record(kCaller, sighting, decision, 12h)), decision);
  }
}

TEST_P(LogContract, OneWindowContainsOneMarkInAnyOrder) {
  const Person ada = add("7", "Ada");
  const Decision first = record(ada, kMorning);
  ASSERT_EQ(first.outcome, Outcome::marked);

  const Decision after = record(ada, kMorning + 12h - 1us);
  EXPECT_EQ(after.outcome, Outcome::cooldown);
  EXPECT_EQ(after.cooldown_until, first.cooldown_until);
  EXPECT_EQ(after.attendance, std::nullopt);
  EXPECT_EQ(after.person, first.person);

  const Decision late = record(ada, kMorning - 12h + 1us);
  EXPECT_EQ(late.outcome, Outcome::cooldown) << "an outbox delivers an earlier sighting late";
  EXPECT_EQ(late.cooldown_until, first.cooldown_until);

  EXPECT_EQ(record(ada, kMorning + 12h).outcome, Outcome::marked) << "exactly the window";
  EXPECT_EQ(record(ada, kMorning - 12h).outcome, Outcome::marked) << "exactly the window";
  EXPECT_EQ(record(ada, kMorning - 6h).outcome, Outcome::cooldown) << "between two";
  EXPECT_EQ(log().size(), 3U);
}

TEST_P(LogContract, TheWindowSpansMidnight) {
  const Person ada = add("7", "Ada");
  const Timestamp before_midnight = *parse_rfc3339("2026-11-22T23:59:59.5Z");
  EXPECT_EQ(record(ada, before_midnight, 1min).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, before_midnight + 1s, 1min).outcome, Outcome::cooldown);
  EXPECT_EQ(record(ada, before_midnight + 1min, 1min).outcome, Outcome::marked);
}

TEST_P(LogContract, WithoutAWindowEverySightingIsMarked) {
  const Person ada = add("7", "Ada");
  EXPECT_EQ(record(ada, kMorning, 12h).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning, 0s).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning, 0s).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning + 1s, 0s).outcome, Outcome::marked);
  EXPECT_EQ(log().size(), 4U);
}

TEST_P(LogContract, AShorterWindowAppliesFromTheNextWrite) {
  const Person ada = add("7", "Ada");
  EXPECT_EQ(record(ada, kMorning, 12h).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning + 1h, 1min).outcome, Outcome::marked);
}

TEST_P(LogContract, CooldownsOfDifferentPeopleAreIndependent) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  EXPECT_EQ(record(ada, kMorning).outcome, Outcome::marked);
  EXPECT_EQ(record(bob, kMorning).outcome, Outcome::marked);
}

TEST_P(LogContract, ManyConcurrentSightingsMakeOneMark) {
  const Person ada = add("7", "Ada");
  std::vector<std::future<Result<Decision>>> pending;
  for (int i = 0; i < 64; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1ms, "gate" + std::to_string(i % 2));
    pending.push_back(runner_.start(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h)));
  }
  int marked = 0;
  std::set<Timestamp> until;
  for (auto& future : pending) {
    const auto decision = future.get();
    ASSERT_TRUE(decision) << decision.error().message;
    marked += decision->outcome == Outcome::marked ? 1 : 0;
    until.insert(*decision->cooldown_until);
  }
  EXPECT_EQ(marked, 1);
  EXPECT_EQ(until.size(), 1U) << "all report the same cooldown";
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(LogContract, OneEventSentManyTimesConcurrentlyGivesOneDecision) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  std::vector<std::future<Result<Decision>>> pending;
  for (int i = 0; i < 32; ++i)
    pending.push_back(runner_.start(store_->log().record(kCaller, sighting, mark(sighting, ada), 0s)));
  std::set<AttendanceId> ids;
  for (auto& future : pending) ids.insert(*future.get()->attendance);
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(LogContract, ABadRequestAmongManyAffectsNoOther) {
  const Person ada = add("7", "Ada");
  const Person ghost = new_person("9", "Ghost");
  std::vector<std::future<Result<Decision>>> good;
  std::vector<std::future<Result<Decision>>> bad;
  std::vector<std::future<Result<void>>> again;
  for (int i = 0; i < 40; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1h);
    good.push_back(runner_.start(store_->log().record(kCaller, sighting, mark(sighting, ada), 1h)));
    const Sighting other = sighting_at(kMorning);
    bad.push_back(runner_.start(store_->log().record(kCaller, other, mark(other, ghost), 1h)));
    Person copy = ada;  // the same id under another code
    copy.code = "copy" + std::to_string(i);
    again.push_back(runner_.start(store_->people().add_person(kCaller, copy, {})));
  }
  for (auto& future : good) EXPECT_EQ(future.get()->outcome, Outcome::marked);
  for (auto& future : bad) EXPECT_EQ(future.get().error().kind, ErrorKind::not_found);
  for (auto& future : again) {
    const auto refused = future.get();
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict) << refused.error().message;
  }
  EXPECT_EQ(log().size(), 40U);
  EXPECT_EQ(run(store_->cameras().cameras(kFirstOrganisation))->at(0).events, 40);
}

TEST_P(LogContract, TheLogIsFilteredByTimePersonAndCamera) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  for (int day = 0; day < 4; ++day) {
    record(ada, kMorning + day * 24h, 12h, "front");
    record(bob, kMorning + day * 24h + 1h, 12h, day == 0 ? "back" : "front");
  }
  EXPECT_EQ(log().size(), 8U);
  EXPECT_EQ(log()[0].captured_at, kMorning + 73h) << "newest first";
  AttendanceQuery query{.organisation = kFirstOrganisation};
  query.from = kMorning + 24h;
  query.to = kMorning + 48h;
  EXPECT_EQ(log(query).size(), 2U) << "from is in, to is not";
  query = {.organisation = kFirstOrganisation};
  query.person = "7";
  EXPECT_EQ(log(query).size(), 4U);
  query.person = bob.id.to_string();
  query.camera = CameraId{"front"};
  EXPECT_EQ(log(query).size(), 3U);
  query.from = kMorning + 72h;
  EXPECT_EQ(log(query).size(), 1U);
  query = {.organisation = kFirstOrganisation};
  query.camera = CameraId{"back"};
  EXPECT_EQ(log(query).size(), 1U);
  query.person = "nobody";
  EXPECT_TRUE(log(query).empty());
}

TEST_P(LogContract, PagesOfTheLogNeitherRepeatNorMissRecordsDuringWrites) {
  const Person ada = add("7", "Ada");
  std::vector<EventId> expected;
  for (int i = 0; i < 25; ++i) record(ada, kMorning + (i / 2) * 1s, 0s);  // two records at each instant
  for (const auto& entry : log()) expected.push_back(entry.event);
  for (const auto& person : {std::optional<std::string>(), std::optional<std::string>("7")}) {
    AttendanceQuery query{.organisation = kFirstOrganisation};
    query.person = person;
    query.page.limit = 4;
    query.to = kMorning + 1h;
    std::vector<EventId> seen;
    for (int pages = 0; pages < 20; ++pages) {
      const auto page = run(store_->log().attendance(query));
      ASSERT_TRUE(page);
      for (const auto& entry : page->items) seen.push_back(entry.event);
      if (!page->next_cursor) break;
      query.page.cursor = page->next_cursor;
      record(ada, kMorning + 2h + pages * 1s, 0s);
    }
    EXPECT_EQ(seen, expected);
  }
}

TEST_P(LogContract, ListsMarksWithAnActiveCooldown) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  record(ada, kMorning - 12h);
  const Decision holds = record(bob, kMorning - 1h);
  record(bob, kMorning);  // cooldown
  reopen();
  const auto marks = run(store_->log().active_marks(kMorning));
  ASSERT_TRUE(marks);
  ASSERT_EQ(marks->size(), 1U) << "cooldown_until > now";
  EXPECT_EQ(marks->at(0).person, bob.id);
  EXPECT_EQ(marks->at(0).event, holds.event);
  EXPECT_EQ(marks->at(0).captured_at, kMorning - 1h);
  EXPECT_EQ(marks->at(0).cooldown_until, kMorning + 11h);
}

TEST_P(LogContract, AnswersWithTheStoredName) {
  const Person ada = add("7", "Ada");
  Person only_id = ada;
  only_id.code.clear();
  only_id.name.clear();
  EXPECT_EQ(record(only_id, kMorning).person, (PersonRef{ada.id, "7", "Ada"}));
}

TEST_P(LogContract, DoesNotRecordACooldownOfARemovedPerson) {
  const Person ada = add("7", "Ada");
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, ada.id, kMorning)));
  const Sighting sighting = sighting_at(kMorning + 1h);
  Decision cooldown = mark(sighting, ada);
  cooldown.outcome = Outcome::cooldown;
  cooldown.attendance.reset();
  cooldown.cooldown_until = kMorning + 12h;
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, cooldown, 12h)).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(run(store_->cameras().cameras(kFirstOrganisation))->empty());
}

TEST_P(LogContract, RefusesADecisionThatContradictsItself) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  Decision without_person = mark(sighting, ada);
  without_person.person.reset();
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, without_person, 1h)).error().kind,
            ErrorKind::invalid_argument);
  Decision without_id = mark(sighting, ada);
  without_id.attendance.reset();
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, without_id, 1h)).error().kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(run(store_->log().record(kCaller, sighting_at(kMorning), mark(sighting, ada), 1h)).error().kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, mark(sighting, ada), -1s)).error().kind,
            ErrorKind::invalid_argument);
}

}  // namespace sas
