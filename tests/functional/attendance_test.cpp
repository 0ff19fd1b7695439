// The use cases on the embedded implementations: SQLite, in-memory gallery and cooldown.

#include <future>
#include <memory>

#include <boost/asio/thread_pool.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cooldown/memory/memory_cooldown.h"
#include "fixtures/manual_clock.h"
#include "fixtures/run_task.h"
#include "fixtures/synthetic_faces.h"
#include "fixtures/temp_dir.h"
#include "functional/test_services.h"
#include "gallery/memory/memory_gallery.h"
#include "store/sqlite/sqlite_store.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::run_task;
using ::testing::HasSubstr;

const Caller kCaller{kFirstOrganisation};
const ModelId kModel{"test-model-1"};
const ModelId kOtherModel{"test-model-2"};

class AttendanceTest : public ::testing::Test {
 protected:
  AttendanceTest() {
    SqliteOptions sqlite;
    sqlite.path = dir_ / "attendance.db";
    store_ = SqliteStore::open(sqlite).value();
    services_ = std::make_unique<test::TestServices>(
        std::vector<attendance::ModelPolicy>{{kModel, 0.35F}, {kOtherModel, 0.4F}}, 12h, *store_, gallery_,
        cooldown_, clock_);
  }

  void TearDown() override { threads_.join(); }

  PersonDetails enrol(const std::string& code, const Embedding& face) {
    return run_task(services_->people.enrol(kCaller, {code, "Person " + code, {{face, kModel, 0.9F}}, false}))
        .value();
  }

  IncomingSighting sighting(const Embedding& probe) {
    return {CameraId{"door"}, probe,        kModel,      EventId::make(clock_.now()),
            clock_.now(),     std::nullopt, std::nullopt};
  }

  Result<Decision> see(const Embedding& probe) {
    return run_task(services_->recognition.recognise(kCaller, sighting(probe)));
  }

  std::vector<AttendanceRecord> log() {
    AttendanceQuery query{.organisation = kCaller.organisation};
    query.page.limit = 1000;
    return run_task(services_->log.attendance(kCaller, query)).value().items;
  }

  boost::asio::thread_pool threads_{2};  // the store posts to it, and it calls the store: see TearDown
  test::TempDir dir_;
  test::ManualClock clock_{*parse_rfc3339("2026-11-22T08:00:00Z")};
  test::SyntheticFaces faces_{7};
  std::unique_ptr<SqliteStore> store_;
  MemoryGallery gallery_;
  MemoryCooldown cooldown_{clock_};
  std::unique_ptr<test::TestServices> services_;
};

TEST_F(AttendanceTest, AKnownFaceIsMarkedOnceAndThenInCooldown) {
  const Embedding face = faces_.identity();
  const PersonDetails person = enrol("1", face);

  const auto first = see(faces_.probe(face, 0.7));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->outcome, Outcome::marked);
  ASSERT_TRUE(first->person);
  EXPECT_EQ(first->person->id, person.person.id);
  EXPECT_EQ(first->person->name, "Person 1");
  EXPECT_NEAR(*first->similarity, 0.7, 0.01);
  EXPECT_FALSE(first->runner_up) << "nobody else is enrolled";
  EXPECT_TRUE(first->attendance);
  EXPECT_EQ(first->cooldown_until, clock_.now() + 12h);

  clock_.advance(1h);
  const auto second = see(faces_.probe(face, 0.6));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->outcome, Outcome::cooldown);
  EXPECT_EQ(second->person->code, "1");
  EXPECT_FALSE(second->attendance);
  EXPECT_EQ(second->cooldown_until, first->cooldown_until);

  clock_.advance(11h);
  EXPECT_EQ(see(faces_.probe(face, 0.6))->outcome, Outcome::marked);
  EXPECT_EQ(log().size(), 2U);
}

TEST_F(AttendanceTest, AStrangerIsUnknownWithTheNumbersThatSayWhy) {
  enrol("1", faces_.identity());
  const auto decision = see(faces_.identity());
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->outcome, Outcome::unknown);
  EXPECT_FALSE(decision->person);
  ASSERT_TRUE(decision->similarity);
  EXPECT_LT(*decision->similarity, 0.35F);
  EXPECT_FLOAT_EQ(decision->threshold, 0.35F);
  EXPECT_TRUE(log().empty());
}

TEST_F(AttendanceTest, NobodyEnrolledIsUnknownWithoutASimilarity) {
  const auto decision = see(faces_.identity());
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->outcome, Outcome::unknown);
  EXPECT_FALSE(decision->similarity);
}

TEST_F(AttendanceTest, TooCloseBetweenTwoPeopleIsAmbiguous) {
  const Embedding face = faces_.identity();
  enrol("1", face);
  const Embedding twin = faces_.probe(face, 0.97);
  ASSERT_TRUE(run_task(services_->people.enrol(kCaller, {"2", "Twin", {{twin, kModel, 0.9F}}, true})));
  const auto decision = see(faces_.probe(face, 0.7));
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->outcome, Outcome::ambiguous);
  EXPECT_FALSE(decision->person);
  EXPECT_TRUE(decision->runner_up);
  EXPECT_TRUE(log().empty());
}

TEST_F(AttendanceTest, ASpoofIsNeverMarked) {
  const Embedding face = faces_.identity();
  enrol("1", face);
  IncomingSighting printed = sighting(face);
  printed.scores.liveness = 0.1F;
  EXPECT_EQ(run_task(services_->recognition.recognise(kCaller, printed))->outcome, Outcome::spoof);
  EXPECT_TRUE(log().empty());
  IncomingSighting live = sighting(face);
  live.scores.liveness = 0.9F;
  EXPECT_EQ(run_task(services_->recognition.recognise(kCaller, live))->outcome, Outcome::marked);
}

TEST_F(AttendanceTest, AScoreByWeakModelsTurnsAPersonAwayOnlyWhereTheOperatorSaysSo) {
  const Embedding face = faces_.identity();
  enrol("1", face);
  IncomingSighting doubtful = sighting(face);
  doubtful.scores.weak_liveness = 0.01F;
  EXPECT_EQ(run_task(services_->recognition.recognise(kCaller, doubtful))->outcome, Outcome::marked);
  ASSERT_EQ(log().size(), 1U);
  EXPECT_FLOAT_EQ(*log().front().scores.weak_liveness, 0.01F) << "the flag";

  const attendance::ModelPolicies models({{kModel, 0.35F}});
  attendance::RecognitionService strict({.weak_liveness_threshold = 0.1F}, models, store_->log(), gallery_,
                                        cooldown_, clock_);
  doubtful.event = EventId::make(clock_.now());
  EXPECT_EQ(run_task(strict.recognise(kCaller, doubtful))->outcome, Outcome::spoof);
}

TEST_F(AttendanceTest, TheSameEventAgainGivesTheSameDecision) {
  const Embedding face = faces_.identity();
  enrol("1", face);
  const IncomingSighting event = sighting(faces_.probe(face, 0.7));
  const auto first = run_task(services_->recognition.recognise(kCaller, event));
  ASSERT_TRUE(first);
  clock_.advance(13h);
  const auto again = run_task(services_->recognition.recognise(kCaller, event));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(log().size(), 1U);
}

TEST_F(AttendanceTest, ALateEventIsJudgedByItsOwnTime) {
  const Embedding face = faces_.identity();
  enrol("1", face);
  IncomingSighting yesterday = sighting(faces_.probe(face, 0.7));
  yesterday.captured_at = clock_.now() - 24h;
  IncomingSighting just_before = sighting(faces_.probe(face, 0.7));
  just_before.captured_at = clock_.now() - 1min;
  EXPECT_EQ(see(faces_.probe(face, 0.7))->outcome, Outcome::marked);
  EXPECT_EQ(run_task(services_->recognition.recognise(kCaller, yesterday))->outcome, Outcome::marked);
  EXPECT_EQ(run_task(services_->recognition.recognise(kCaller, just_before))->outcome, Outcome::cooldown);
  EXPECT_EQ(log().size(), 2U);
}

TEST_F(AttendanceTest, ABatchIsDecidedInOrderAndOneBadEventSpoilsNoOther) {
  const Embedding face = faces_.identity();
  enrol("1", face);
  std::vector<IncomingSighting> events;
  for (int i = 0; i < 600; ++i) events.push_back(sighting(faces_.probe(face, 0.7)));
  events[3].model = ModelId{"somebody-elses"};
  const auto results = run_task(services_->recognition.recognise_batch(kCaller, events));
  ASSERT_EQ(results.size(), events.size());
  EXPECT_EQ(results[0]->outcome, Outcome::marked);
  ASSERT_FALSE(results[3]);
  EXPECT_EQ(results[3].error().code, "unknown_model");
  EXPECT_THAT(results[3].error().message, HasSubstr("test-model-1"));
  for (std::size_t i = 1; i < results.size(); ++i)
    if (i != 3) {
      ASSERT_TRUE(results[i]) << i;
      EXPECT_EQ(results[i]->outcome, Outcome::cooldown) << i;
      EXPECT_EQ(results[i]->event, *events[i].event) << i;
    }
  EXPECT_EQ(log().size(), 1U);
}

TEST_F(AttendanceTest, AnEdgeWhoseClockRunsAheadIsTold) {
  IncomingSighting event = sighting(faces_.identity());
  event.captured_at = clock_.now() + 1h;
  const auto decision = run_task(services_->recognition.recognise(kCaller, event));
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().code, "captured_in_future");
  EXPECT_THAT(decision.error().message, HasSubstr("clock"));
}

TEST_F(AttendanceTest, AnEventOfAnEdgeWhoseClockWasResetIsRefused) {
  IncomingSighting event = sighting(faces_.identity());
  event.captured_at = Timestamp{};
  const auto decision = run_task(services_->recognition.recognise(kCaller, event));
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().code, "captured_too_old");
  EXPECT_THAT(decision.error().message, HasSubstr("clock"));
  event.captured_at = clock_.now() - 24h * 29;
  EXPECT_TRUE(run_task(services_->recognition.recognise(kCaller, event)));
  EXPECT_TRUE(log().empty());
}

TEST_F(AttendanceTest, ASecondEnrolmentOfOneFaceNamesThePersonItResembles) {
  const Embedding face = faces_.identity();
  enrol("1", face);
  const auto again = run_task(
      services_->people.enrol(kCaller, {"2", "Somebody", {{faces_.probe(face, 0.8), kModel, 0.9F}}, false}));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "duplicate_face");
  EXPECT_THAT(again.error().message, HasSubstr("Person 1"));
  EXPECT_EQ(again.error().details.at("code").as_string(), "1");
  EXPECT_NEAR(again.error().details.at("similarity").to_number<double>(), 0.8, 0.01);

  const auto code =
      run_task(services_->people.enrol(kCaller, {"1", "Other", {{faces_.identity(), kModel, 0.9F}}, false}));
  ASSERT_FALSE(code);
  EXPECT_EQ(code.error().code, "duplicate_code");
}

TEST_F(AttendanceTest, OfTwoEnrolmentsOfOneFaceAtOnceOnlyOneStands) {
  const Embedding face = faces_.identity();
  std::vector<std::future<Result<attendance::Enrolled>>> futures;
  for (const char* code : {"1", "2", "3", "4"}) {
    Enrolment enrolment{code, "Somebody", {{face, kModel, 0.9F}}, false};
    futures.push_back(test::start_task(threads_, services_->people.enrol(kCaller, std::move(enrolment))));
  }
  int stand = 0;
  for (auto& future : futures) {
    const auto enrolled = future.get();
    stand += enrolled ? 1 : 0;
    if (!enrolled) {
      EXPECT_EQ(enrolled.error().code, "duplicate_face");
    }
  }
  EXPECT_EQ(stand, 1);
}

TEST_F(AttendanceTest, FacesOfDifferentPeopleAreNotEnrolledAsOne) {
  const auto mixed = run_task(services_->people.enrol(
      kCaller,
      {"1", "Mixed", {{faces_.identity(), kModel, 0.9F}, {faces_.identity(), kModel, 0.9F}}, false}));
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().code, "mixed_faces");
}

TEST_F(AttendanceTest, TheOtherModelIsASpaceOfItsOwn) {
  const Embedding face = faces_.identity();
  const PersonDetails person = enrol("1", face);
  IncomingSighting other = sighting(face);
  other.model = kOtherModel;
  EXPECT_EQ(run_task(services_->recognition.recognise(kCaller, other))->outcome, Outcome::unknown);
  ASSERT_TRUE(
      run_task(services_->people.add_face(kCaller, person.person.id, {face, kOtherModel, 0.9F}, false)));
  other.event = EventId::make(clock_.now());
  const auto known = run_task(services_->recognition.recognise(kCaller, other));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->outcome, Outcome::marked);
  EXPECT_FLOAT_EQ(known->threshold, 0.4F);
}

TEST_F(AttendanceTest, ARemovedPersonIsUnknownAndTheirRecordsStay) {
  const Embedding face = faces_.identity();
  const PersonDetails person = enrol("1", face);
  ASSERT_EQ(see(face)->outcome, Outcome::marked);
  ASSERT_TRUE(run_task(services_->people.remove_person(kCaller, person.person.id)));
  EXPECT_EQ(see(face)->outcome, Outcome::unknown);
  ASSERT_EQ(log().size(), 1U);
  EXPECT_EQ(log().front().person.name, "Person 1");
  EXPECT_EQ(run_task(services_->people.remove_person(kCaller, person.person.id)).error().code,
            "person_not_found");
  enrol("1", face);
  EXPECT_EQ(see(face)->outcome, Outcome::marked) << "enrolled again, they are a new person";
}

// The search found them, then they were removed, then the write came.
TEST_F(AttendanceTest, APersonRemovedBehindTheGallerysBackIsNotMarked) {
  const Embedding face = faces_.identity();
  const PersonDetails person = enrol("1", face);
  ASSERT_TRUE(run_task(store_->people().remove_person(kCaller, person.person.id, clock_.now())));
  const auto decision = see(face);
  ASSERT_TRUE(decision) << decision.error().message;
  EXPECT_EQ(decision->outcome, Outcome::unknown);
}

TEST_F(AttendanceTest, ARepeatedEventIdCostsNobodyElseTheirRecord) {
  const Embedding ada = faces_.identity();
  const Embedding ben = faces_.identity();
  enrol("1", ada);
  enrol("2", ben);
  const IncomingSighting first = sighting(ada);
  ASSERT_EQ(run_task(services_->recognition.recognise(kCaller, first))->outcome, Outcome::marked);
  IncomingSighting repeated = sighting(ben);
  repeated.event = first.event;
  EXPECT_EQ(run_task(services_->recognition.recognise(kCaller, repeated)).error().code, "event_id_reused");
  const auto decision = see(ben);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->outcome, Outcome::marked);
  EXPECT_EQ(decision->person->code, "2");
  EXPECT_EQ(see(ada)->outcome, Outcome::cooldown);
}

TEST_F(AttendanceTest, TwoPeopleUnderOneEventIdInABatchCostNobodyTheirRecord) {
  const Embedding ada = faces_.identity();
  const Embedding ben = faces_.identity();
  enrol("1", ada);
  enrol("2", ben);
  const IncomingSighting first = sighting(ada);
  IncomingSighting second = sighting(ben);
  second.event = first.event;
  const auto results = run_task(services_->recognition.recognise_batch(kCaller, {first, second}));
  ASSERT_NE(static_cast<bool>(results[0]), static_cast<bool>(results[1]));
  const bool ben_was_first = static_cast<bool>(results[1]);
  EXPECT_EQ(results[ben_was_first ? 0 : 1].error().code, "event_id_reused");
  EXPECT_EQ(see(ben_was_first ? ada : ben)->outcome, Outcome::marked);
}

// A restart in between: the claims are gone, the records are not.
TEST_F(AttendanceTest, TheStoreRemembersACooldownThatTheCacheForgot) {
  const Embedding face = faces_.identity();
  const PersonDetails person = enrol("1", face);
  const auto first = see(face);
  ASSERT_EQ(first->outcome, Outcome::marked);
  ASSERT_TRUE(run_task(cooldown_.forget(person.person.id)));
  clock_.advance(1min);
  const auto second = see(face);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->outcome, Outcome::cooldown);
  EXPECT_EQ(second->cooldown_until, first->cooldown_until);
  EXPECT_EQ(log().size(), 1U);
}

TEST_F(AttendanceTest, NamesAndCodesThatCannotBeAreRefused) {
  for (const char* code : {"", " 1", "1 ", "a\nb"})
    EXPECT_EQ(run_task(services_->people.enrol(kCaller, {code, "Name", {}, false})).error().code,
              "invalid_code")
        << code;
  EXPECT_EQ(
      run_task(services_->people.enrol(kCaller, {std::string(65, 'x'), "Name", {}, false})).error().code,
      "invalid_code");
  EXPECT_EQ(run_task(services_->people.enrol(kCaller, {"1", std::string(201, 'x'), {}, false})).error().code,
            "invalid_name");
  EXPECT_TRUE(run_task(services_->people.enrol(kCaller, {"Ä-1", "Žofia Ngũgĩ 李", {}, false})));
}

}  // namespace
}  // namespace sas
