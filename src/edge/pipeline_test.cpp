#include "edge/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/edge_fakes.h"
#include "fixtures/manual_clock.h"
#include "protocol/messages.h"

namespace sas::edge {
namespace {

using test::face_at;
using test::FakeEngine;
using test::kNow;

class PipelineTest : public testing::Test {
 protected:
  CameraPipeline pipeline(bool stills = false) {
    PipelineOptions options;
    options.camera = CameraId{"door"};
    options.stills = stills;
    options.liveness = liveness_;
    options.challenge_seed = 1;
    return CameraPipeline(
        engine_, clock_, options, [this](const EventId& event, Timestamp, const std::string& body) {
          events_.emplace_back(event, body);
          return full_ ? Result<void>(Error::of(ErrorKind::resource_exhausted, "outbox_full", "full"))
                       : Result<void>();
        });
  }
  void show(CameraPipeline& pipeline, int frames) {
    for (int i = 0; i < frames; ++i) {
      clock_.advance(std::chrono::milliseconds(40));
      pipeline.process({.image = image_,
                        .index = static_cast<std::uint64_t>(i),
                        .captured_at = clock_.now(),
                        .scene_time = clock_.now().time_since_epoch()});
    }
  }
  FakeEngine engine_;
  sas::test::ManualClock clock_{kNow};
  cv::Mat image_ = cv::Mat::zeros(480, 640, CV_8UC3);
  std::vector<std::pair<EventId, std::string>> events_;
  bool full_ = false;
  LivenessMode liveness_ = LivenessMode::passive;
};

TEST_F(PipelineTest, FourThousandFramesOfOneManAreOneSmallEvent) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  auto camera = pipeline();
  show(camera, 4800);
  camera.finish();
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_LE(events_[0].second.size(), 1024U);
  EXPECT_LT(engine_.embeddings, 200);
  const auto sighting = protocol::read_sighting(events_[0].second);
  ASSERT_TRUE(sighting);
  EXPECT_EQ(sighting->camera.value, "door");
  EXPECT_EQ(sighting->model->value, "fake-1");
  EXPECT_EQ(sighting->event, events_[0].first);
  EXPECT_GT(*sighting->captured_at, kNow);
}

TEST_F(PipelineTest, TwoPeopleAreTwoEvents) {
  engine_.faces = [](int) { return std::vector{face_at(20, 100), face_at(400, 100)}; };
  auto camera = pipeline();
  show(camera, 100);
  EXPECT_EQ(events_.size(), 2U);
}

TEST_F(PipelineTest, AFaceWithUncertainLandmarksIsNeitherEmbeddedNorSent) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.certain = [](int) { return false; };
  auto camera = pipeline();
  show(camera, 100);
  ASSERT_EQ(camera.labels().size(), 1U);
  EXPECT_EQ(camera.labels()[0].detail,
            std::string(vision::hint(vision::QualityProblem::landmarks_uncertain)));
  camera.finish();
  EXPECT_EQ(engine_.embeddings, 0);
  EXPECT_TRUE(events_.empty());
  EXPECT_GT(camera.statistics().uncertain, 0U);
}

TEST_F(PipelineTest, TheFramesWithCertainLandmarksAreEnough) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.certain = [](int call) { return call % 4 == 3; };
  auto camera = pipeline();
  show(camera, 100);
  EXPECT_EQ(events_.size(), 1U);
}

TEST_F(PipelineTest, SomebodyWhoPassesTooFastForThreeGoodFramesIsStillSent) {
  engine_.faces = [](int call) {
    return call <= 5 ? std::vector{face_at(200, 100)} : std::vector<vision::DetectedFace>{};
  };
  engine_.good = [](int call) { return call == 3; };
  auto camera = pipeline();
  show(camera, 40);
  EXPECT_EQ(events_.size(), 1U);
}

TEST_F(PipelineTest, EachPhotographOfAFolderSpeaksForItself) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  auto camera = pipeline(true);
  show(camera, 3);
  camera.finish();
  EXPECT_EQ(events_.size(), 3U);
  EXPECT_EQ(camera.statistics().tracks, 3U);
}

TEST_F(PipelineTest, AFaceThatIsTooSmallIsToldToComeCloser) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100, 20)}; };
  auto camera = pipeline();
  show(camera, 30);
  camera.finish();
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(camera.statistics().tracks_never_good, 1U);
}

TEST_F(PipelineTest, TheServersAnswerColoursTheBox) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  auto camera = pipeline();
  show(camera, 30);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(camera.labels().at(0).state, FaceState::waiting);
  camera.on_result({events_[0].first, test::decision(events_[0].first, Outcome::marked)});
  show(camera, 1);
  EXPECT_EQ(camera.labels().at(0).state, FaceState::marked);
  EXPECT_EQ(camera.labels().at(0).title, "Anna");
}

TEST_F(PipelineTest, AnEventThatCannotBeKeptIsCountedAndShown) {
  full_ = true;
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  auto camera = pipeline();
  show(camera, 30);
  EXPECT_EQ(camera.statistics().lost, 1U);
  EXPECT_EQ(camera.labels().at(0).state, FaceState::refused);
}

TEST_F(PipelineTest, WhoIsThereAfterACameraWasLostIsSomebodyNew) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  auto camera = pipeline();
  show(camera, 40);
  EXPECT_EQ(events_.size(), 1U);
  clock_.advance(std::chrono::seconds(20));
  show(camera, 40);
  EXPECT_EQ(events_.size(), 2U);
}

// Faces in one place that the camera sees for a second each, as after a cut.
TEST_F(PipelineTest, PeopleWhoTakeTurnsInOnePlaceAreAnEventEach) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.identity = [](int call) { return static_cast<std::size_t>(call / 25) * 20; };
  auto camera = pipeline();
  for (int person = 0; person < 20; ++person) {
    // Another picture inside the same box: stripes that run another way.
    for (int y = 0; y < image_.rows; ++y) {
      for (int x = 0; x < image_.cols; ++x)
        image_.at<cv::Vec3b>(y, x) = cv::Vec3b::all((person % 2 == 0 ? x : y) / 25 % 2 == 0 ? 60 : 180);
    }
    show(camera, 25);
  }
  camera.finish();
  EXPECT_EQ(events_.size(), 20U);
  for (std::size_t person = 0; person < events_.size(); ++person) {
    EXPECT_GT(
        cosine(protocol::read_sighting(events_[person].second)->embedding, test::direction(person * 20)),
        0.9F);
  }
  EXPECT_EQ(camera.statistics().changed_identity, 19U);
  EXPECT_EQ(camera.statistics().tracks, 20U);
}

TEST_F(PipelineTest, SomebodyWhoStepsInFrontOfAnotherIsAnEventOfTheirOwn) {
  engine_.faces = [](int call) { return std::vector{call < 30 ? face_at(200, 100) : face_at(240, 100)}; };
  engine_.identity = [](int call) { return call < 30 ? std::size_t{0} : std::size_t{100}; };
  auto camera = pipeline();
  show(camera, 45);
  EXPECT_EQ(events_.size(), 2U);
}

TEST_F(PipelineTest, TheAnswerToTheFirstPersonIsNotShownNextToTheSecond) {
  engine_.faces = [](int call) { return std::vector{call < 30 ? face_at(200, 100) : face_at(240, 100)}; };
  engine_.identity = [](int call) { return call < 30 ? std::size_t{0} : std::size_t{100}; };
  auto camera = pipeline();
  show(camera, 45);
  ASSERT_FALSE(events_.empty());
  camera.on_result({events_[0].first, test::decision(events_[0].first, Outcome::marked)});
  show(camera, 1);
  EXPECT_EQ(camera.labels().at(0).state, FaceState::waiting);
}

TEST_F(PipelineTest, LivenessIsTheMedianOfTheTracksFramesAndDoubtIsWaitedOut) {
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.live = [](int call) { return call % 4 == 0 ? 0.1F : 0.9F; };  // a reflection now and then
  auto camera = pipeline();
  show(camera, 60);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_GT(*protocol::read_sighting(events_[0].second)->scores.liveness, 0.8F);

  engine_.live = [](int call) { return call < 12 ? 0.5F : 0.95F; };
  engine_.calls = 0;
  events_.clear();
  auto doubtful = pipeline();
  show(doubtful, 8);
  EXPECT_TRUE(events_.empty()) << "three frames that say neither yes nor no are not enough";
  show(doubtful, 60);
  EXPECT_EQ(events_.size(), 1U);
}

TEST_F(PipelineTest, WithoutLivenessNoScoreIsSent) {
  liveness_ = LivenessMode::off;
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.live = [](int) { return 0.9F; };
  auto camera = pipeline();
  show(camera, 30);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_FALSE(protocol::read_sighting(events_[0].second)->scores.liveness);
}

// What people do when they are asked: turn the head, and blink.
void obey(FakeEngine& engine, int from) {
  engine.yaw = [from](int call) { return call > from && call < from + 10 ? 30.0F : 0.0F; };
  engine.eyes = [from](int call) { return call > from && call < from + 5 ? 0.0F : 1.0F; };
}

TEST_F(PipelineTest, ActiveLivenessSendsNothingUntilThePersonDidAsAsked) {
  liveness_ = LivenessMode::active;
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.live = [](int) { return 0.9F; };
  obey(engine_, 80);
  auto camera = pipeline();
  show(camera, 70);
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(camera.labels().at(0).state, FaceState::asked);
  EXPECT_THAT(camera.labels().at(0).title, testing::HasSubstr("please"));
  show(camera, 60);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_FLOAT_EQ(*protocol::read_sighting(events_[0].second)->scores.liveness, 0.9F);
  EXPECT_EQ(camera.statistics().proved, 1U);
}

TEST_F(PipelineTest, WhoDoesNotDoAsAskedIsReportedOnceAsNotLiveAndMayStillProveIt) {
  liveness_ = LivenessMode::active;
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.live = [](int) { return 0.9F; };
  obey(engine_, 1000);
  auto camera = pipeline();
  show(camera, 900);  // 36 s
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_FLOAT_EQ(*protocol::read_sighting(events_[0].second)->scores.liveness, 0.0F);
  camera.on_result({events_[0].first, test::decision(events_[0].first, Outcome::spoof)});
  show(camera, 200);
  ASSERT_EQ(events_.size(), 2U);
  EXPECT_FLOAT_EQ(*protocol::read_sighting(events_[1].second)->scores.liveness, 0.9F);
}

TEST_F(PipelineTest, AScoreByWeakModelsIsSentAsSuch) {
  engine_.judge_weakly();
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.live = [](int) { return 0.01F; };
  auto camera = pipeline();
  show(camera, 60);
  ASSERT_EQ(events_.size(), 1U);
  const auto scores = protocol::read_sighting(events_[0].second)->scores;
  EXPECT_FLOAT_EQ(*scores.weak_liveness, 0.01F);
  EXPECT_FALSE(scores.liveness);
}

TEST_F(PipelineTest, AChallengeThatWasNotMetCountsWithWeakModelsToo) {
  engine_.judge_weakly();
  liveness_ = LivenessMode::active;
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.live = [](int) { return 0.9F; };
  obey(engine_, 10'000);
  auto camera = pipeline();
  show(camera, 500);
  ASSERT_EQ(events_.size(), 1U);
  const auto scores = protocol::read_sighting(events_[0].second)->scores;
  EXPECT_FLOAT_EQ(*scores.liveness, 0.0F);
  EXPECT_FALSE(scores.weak_liveness);
}

TEST_F(PipelineTest, ALivingFaceDoesNotProveAnotherOnesPhotograph) {
  liveness_ = LivenessMode::active;
  engine_.faces = [](int) { return std::vector{face_at(200, 100)}; };
  engine_.live = [](int) { return 0.9F; };
  obey(engine_, 80);
  engine_.identity = [](int call) { return call < 60 ? std::size_t{0} : std::size_t{100}; };
  auto camera = pipeline();
  show(camera, 130);
  for (const auto& [event, body] : events_)
    EXPECT_GT(cosine(protocol::read_sighting(body)->embedding, test::direction(100)), 0.9F)
        << "the photograph's face must not be sent";
}

TEST_F(PipelineTest, WhoLeavesWhileAskedIsNotSent) {
  liveness_ = LivenessMode::active;
  engine_.faces = [](int call) {
    return call < 40 ? std::vector{face_at(200, 100)} : std::vector<vision::DetectedFace>{};
  };
  auto camera = pipeline();
  show(camera, 100);
  camera.finish();
  EXPECT_TRUE(events_.empty());
  EXPECT_EQ(camera.statistics().left_unproved, 1U);
}

}  // namespace
}  // namespace sas::edge
