#include "edge/pipeline.h"

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
      pipeline.process({image_, static_cast<std::uint64_t>(i), clock_.now()});
    }
  }
  FakeEngine engine_;
  sas::test::ManualClock clock_{kNow};
  cv::Mat image_ = cv::Mat::zeros(480, 640, CV_8UC3);
  std::vector<std::pair<EventId, std::string>> events_;
  bool full_ = false;
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

}  // namespace
}  // namespace sas::edge
