// Decisions by a threshold that is made for the gallery: SQLite, in-memory gallery and cooldown.

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attendance/calibrator.h"
#include "cooldown/memory/memory_cooldown.h"
#include "fixtures/becomes_true.h"
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
using attendance::Calibration;
using attendance::Calibrations;
using attendance::Calibrator;
using attendance::ModelPolicy;
using test::run_task;
using ::testing::HasSubstr;

const Caller kCaller{kFirstOrganisation};
const ModelId kModel{"test-model-1"};

ScorePrior prior() {
  return {.strangers = {{.people = 1, .location = 0.17F, .scale = 0.038F},
                        {.people = 170, .location = 0.065F, .scale = 0.038F}},
          .genuine_mean = 0.52F,
          .genuine_deviation = 0.13F};
}

class CalibrationTest : public ::testing::Test {
 protected:
  CalibrationTest() {
    SqliteOptions sqlite;
    sqlite.path = dir_ / "attendance.db";
    store_ = SqliteStore::open(sqlite).value();
    use({.id = kModel, .threshold = 0.35F, .prior = prior()});
  }

  void use(const ModelPolicy& policy) {
    models_ = std::make_unique<attendance::ModelPolicies>(std::vector{policy});
    calibrator_ =
        std::make_unique<Calibrator>(gallery_, calibrations_, *models_, std::vector{kFirstOrganisation},
                                     attendance::CalibratorOptions{.poll = 5ms});
    services_ = std::make_unique<test::TestServices>(std::vector{policy}, 0s, *store_, gallery_, cooldown_,
                                                     clock_, &calibrations_);
  }

  Result<attendance::Enrolled> try_enrol(const std::string& code, const Embedding& face, bool allow = false) {
    return run_task(
        services_->people.enrol(kCaller, {code, "Person " + code, {{face, kModel, 0.9F}}, allow}));
  }
  std::vector<Embedding> enrol(std::size_t count) {
    std::vector<Embedding> identities;
    for (std::size_t i = 0; i < count; ++i) {
      identities.push_back(faces_.identity());
      EXPECT_TRUE(try_enrol("p" + std::to_string(i), identities.back(), true));
    }
    return identities;
  }
  Decision see(const Embedding& probe) {
    IncomingSighting sighting{CameraId{"door"}, probe,        kModel,      EventId::make(clock_.now()),
                              clock_.now(),     std::nullopt, std::nullopt};
    return run_task(services_->recognition.recognise(kCaller, sighting)).value();
  }
  Calibration calibration() {
    return calibrations_.of({kFirstOrganisation, kModel}, models_->all().front()).value();
  }

  test::TempDir dir_;
  test::ManualClock clock_{*parse_rfc3339("2026-11-22T08:00:00Z")};
  test::SyntheticFaces faces_{7, 64};
  std::unique_ptr<SqliteStore> store_;
  MemoryGallery gallery_;
  MemoryCooldown cooldown_{clock_};
  Calibrations calibrations_{0.001, gallery_};
  std::unique_ptr<attendance::ModelPolicies> models_;
  std::unique_ptr<Calibrator> calibrator_;
  std::unique_ptr<test::TestServices> services_;
};

TEST_F(CalibrationTest, StrangersAreMisnamedAtTheWantedRateAndPeopleAreKnown) {
  const auto identities = enrol(400);
  ASSERT_TRUE(calibrator_->fit());
  EXPECT_EQ(calibration().people, 400U);
  EXPECT_EQ(calibration().strangers, 400U);
  std::size_t misnamed = 0;
  std::size_t by_the_raw_threshold = 0;
  for (int i = 0; i < 1000; ++i) {
    const Decision decision = see(faces_.identity());
    if (decision.outcome != Outcome::unknown) ++misnamed;
    if (*decision.similarity >= 0.35F) ++by_the_raw_threshold;
  }
  EXPECT_LE(misnamed, 4U);
  EXPECT_GT(by_the_raw_threshold, 200U);
  std::size_t known = 0;
  for (std::size_t i = 0; i < 100; ++i)
    if (see(faces_.probe(identities[i], 0.8)).outcome == Outcome::marked) ++known;
  EXPECT_GE(known, 97U);
}

TEST_F(CalibrationTest, ADecisionAndItsRecordSayByWhatTheyWereMade) {
  const auto identities = enrol(40);
  ASSERT_TRUE(calibrator_->fit());
  const Decision decision = see(faces_.probe(identities[3], 0.8));
  EXPECT_EQ(decision.outcome, Outcome::marked);
  EXPECT_EQ(decision.threshold_source, ThresholdSource::calibrated);
  EXPECT_FLOAT_EQ(decision.threshold, calibration().threshold);
  ASSERT_TRUE(decision.score);
  EXPECT_LT(*decision.score, *decision.similarity);
  EXPECT_GE(*decision.score, decision.threshold);
  AttendanceQuery query{.organisation = kFirstOrganisation};
  const auto records = run_task(services_->log.attendance(kCaller, query)).value().items;
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].score, decision.score);
  EXPECT_EQ(records[0].threshold, decision.threshold);
  EXPECT_EQ(records[0].threshold_source, ThresholdSource::calibrated);
  EXPECT_EQ(records[0].similarity, decision.similarity);
}

TEST_F(CalibrationTest, AFixedThresholdWins) {
  use({.id = kModel, .threshold = 0.9F, .fixed = true, .prior = prior()});
  const auto identities = enrol(40);
  ASSERT_TRUE(calibrator_->fit());
  const Decision decision = see(faces_.probe(identities[3], 0.85));
  EXPECT_EQ(decision.outcome, Outcome::unknown);
  EXPECT_EQ(decision.threshold_source, ThresholdSource::fixed);
  EXPECT_FLOAT_EQ(decision.threshold, 0.9F);
  EXPECT_TRUE(decision.score);
}

TEST_F(CalibrationTest, APackWithoutAPriorIsJudgedByItsRawThreshold) {
  use({.id = kModel, .threshold = 0.5F});
  const auto identities = enrol(40);
  ASSERT_TRUE(calibrator_->fit());
  const Decision decision = see(faces_.probe(identities[3], 0.7));
  EXPECT_EQ(decision.outcome, Outcome::marked);
  EXPECT_EQ(decision.threshold_source, ThresholdSource::pack);
  EXPECT_FLOAT_EQ(decision.threshold, 0.5F);
}

TEST_F(CalibrationTest, AGalleryOfOneHasThePriorsThreshold) {
  const auto identities = enrol(1);
  ASSERT_TRUE(calibrator_->fit());
  EXPECT_EQ(calibration().strangers, 0U);
  EXPECT_EQ(see(faces_.probe(identities[0], 0.38)).outcome, Outcome::unknown);
  EXPECT_EQ(see(faces_.probe(identities[0], 0.7)).outcome, Outcome::marked);
}

TEST_F(CalibrationTest, NobodyIsNamedAmongCopies) {
  const Embedding face = faces_.identity();
  for (std::size_t copies = 0; copies < 300; ++copies) {
    ASSERT_TRUE(try_enrol("copy" + std::to_string(copies), face, true));
    if (copies != 1 && copies != 20 && copies != 299) continue;
    ASSERT_TRUE(calibrator_->fit());
    for (const double similarity : {1.0, 0.9, 0.6, 0.3})
      EXPECT_NE(see(faces_.probe(face, similarity)).outcome, Outcome::marked) << copies << " " << similarity;
    EXPECT_EQ(see(faces_.identity()).outcome, Outcome::unknown);
  }
}

TEST_F(CalibrationTest, FollowsTheGallery) {
  calibrator_->start();
  enrol(60);
  EXPECT_TRUE(test::becomes_true([this] { return calibration().strangers == 60; }));
  for (const auto& one : run_task(services_->people.persons(kCaller, "", {})).value().items)
    ASSERT_TRUE(run_task(services_->people.remove_person(kCaller, one.person.id)));
  EXPECT_TRUE(test::becomes_true([this] { return calibration().people < 60; }));
}

TEST_F(CalibrationTest, LookAlikesOfALargeGalleryAreEnrolled) {
  enrol(300);
  ASSERT_TRUE(calibrator_->fit());
  std::size_t above_the_raw_threshold = 0;
  for (int i = 0; i < 100; ++i) {
    const Embedding face = faces_.identity();
    if (*see(face).similarity >= 0.35F) ++above_the_raw_threshold;
    EXPECT_TRUE(try_enrol("new" + std::to_string(i), face)) << i;
  }
  EXPECT_GT(above_the_raw_threshold, 20U);
}

TEST_F(CalibrationTest, ADuplicateIsRefusedWithBothNames) {
  const auto identities = enrol(60);
  ASSERT_TRUE(calibrator_->fit());
  const auto refused = try_enrol("again", faces_.probe(identities[5], 0.85));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "duplicate_face");
  EXPECT_THAT(refused.error().message, HasSubstr("Person again (again)"));
  EXPECT_THAT(refused.error().message, HasSubstr("Person p5 (p5)"));
  EXPECT_EQ(refused.error().details.at("code").as_string(), "p5");
  EXPECT_EQ(refused.error().details.at("new_code").as_string(), "again");
  EXPECT_GE(refused.error().details.at("score").to_number<double>(),
            refused.error().details.at("threshold").to_number<double>());

  const auto allowed = try_enrol("again", faces_.probe(identities[5], 0.85), true);
  ASSERT_TRUE(allowed);
  ASSERT_EQ(allowed->look_alikes.size(), 1U);
  EXPECT_EQ(allowed->look_alikes[0].person.code, "p5");
  EXPECT_GE(allowed->look_alikes[0].score.value(), allowed->look_alikes[0].threshold);
}

TEST_F(CalibrationTest, TheClosestPairsAreListed) {
  const auto identities = enrol(60);
  ASSERT_TRUE(try_enrol("twin", faces_.probe(identities[5], 0.8), true));
  ASSERT_TRUE(calibrator_->fit());
  const auto pairs = run_task(services_->people.closest_pairs(kCaller)).value();
  ASSERT_GT(pairs.size(), 5U);
  EXPECT_THAT((std::vector{pairs[0].one.code, pairs[0].other.code}),
              ::testing::UnorderedElementsAre("p5", "twin"));
  EXPECT_GE(pairs[0].score, pairs[0].threshold);
  EXPECT_LT(pairs[1].score, pairs[1].threshold);
  EXPECT_NEAR(pairs[0].similarity, 0.8, 0.01);
}

}  // namespace
}  // namespace sas
