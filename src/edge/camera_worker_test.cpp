#include "edge/camera_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/edge_fakes.h"
#include "fixtures/temp_dir.h"

namespace sas::edge {
namespace {

class CameraWorkerTest : public testing::Test {
 protected:
  Result<std::unique_ptr<CameraWorker>> open(const std::string& source, bool wait) {
    WorkerOptions options;
    options.data_dir = dir_.path();
    options.server.base_url = "http://127.0.0.1:1";
    options.wait_for_source = wait;
    return CameraWorker::open(
        {.id = CameraId{"door"}, .source = source, .view = {}, .liveness = LivenessMode::off}, engine_,
        clock_, options, {});
  }
  sas::test::TempDir dir_;
  test::FakeEngine engine_;
  SystemClock clock_;
};

TEST_F(CameraWorkerTest, OneWebcamOfSeveralThatIsNotThereIsWaitedFor) {
  for (const char* source : {"97", "/dev/video97", "/dev/v4l/by-id/usb-ACME_HD-video-index0"}) {
    auto worker = open(source, true);
    ASSERT_TRUE(worker) << worker.error().message;
    (*worker)->start();
    EXPECT_FALSE((*worker)->done());
    EXPECT_TRUE((*worker)->state().live);
    EXPECT_FALSE((*worker)->state().connected);
    (*worker)->stop();
    const auto report = (*worker)->conclude(std::chrono::steady_clock::now());
    EXPECT_FALSE(report.failure) << "it was only not there yet";
  }
}

TEST_F(CameraWorkerTest, TheOnlyWebcamThatIsNotThereIsAnErrorAtOnce) {
  const auto worker = open("97", false);
  ASSERT_FALSE(worker);
  EXPECT_EQ(worker.error().code, "source_not_found");
}

TEST_F(CameraWorkerTest, AFileThatIsNotThereIsNotWaitedFor) {
  const auto worker = open("/nowhere/clip.mp4", true);
  ASSERT_FALSE(worker);
  EXPECT_EQ(worker.error().code, "source_not_found");
}

}  // namespace
}  // namespace sas::edge
