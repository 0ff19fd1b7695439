#include "vision/image_file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "fixtures/temp_dir.h"

namespace sas::vision {
namespace {

using testing::HasSubstr;

class ReadImage : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }
  test::TempDir folder_;
};

TEST_F(ReadImage, ReturnsColourPixels) {
  const auto path = folder_ / "a.png";
  ASSERT_TRUE(cv::imwrite(path.string(), cv::Mat(10, 20, CV_8UC1, cv::Scalar(7))));
  const auto image = read_image(path);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->size(), cv::Size(20, 10));
  EXPECT_EQ(image->type(), CV_8UC3);
}

TEST_F(ReadImage, RotatesAPhotoByItsExifOrientation) {
  std::vector<unsigned char> jpeg;
  ASSERT_TRUE(cv::imencode(".jpg", cv::Mat(10, 20, CV_8UC3, cv::Scalar(1, 2, 3)), jpeg));
  // An APP1 segment with one EXIF entry after the start marker: orientation 6, rotate right by 90 degrees.
  const std::string exif(
      "\xFF\xE1\x00\x22"
      "Exif\0\0"
      "MM\x00\x2A\x00\x00\x00\x08"
      "\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00",
      36);
  jpeg.insert(jpeg.begin() + 2, exif.begin(), exif.end());
  const auto image = read_image(write("a.jpg", {jpeg.begin(), jpeg.end()}));
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->size(), cv::Size(10, 20));
}

TEST_F(ReadImage, ReportsWhatIsWrongWithAFile) {
  const auto expect = [](const std::filesystem::path& path, const char* code) {
    const auto image = read_image(path);
    ASSERT_FALSE(image) << path;
    EXPECT_EQ(image.error().code, code);
    EXPECT_THAT(image.error().message, HasSubstr(path.string()));
  };
  expect(folder_ / "nothing.jpg", "image_missing");
  expect(folder_.path(), "not_an_image");
  expect(write("empty.jpg", ""), "not_an_image");
  expect(write("text.jpg", "not a picture"), "not_an_image");
  expect(write("jpeg.jpg", "\xFF\xD8\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "not_an_image");
  // The 24-byte header of a PNG of 60,000 x 60,000 pixels.
  expect(write("bomb.png",
               std::string("\x89PNG\r\n\x1A\n\x00\x00\x00\x0DIHDR\x00\x00\xEA\x60\x00\x00\xEA\x60", 24)),
         "image_too_large");
}

TEST_F(ReadImage, PrintsNothingAboutAColourProfile) {
  std::vector<unsigned char> png;
  ASSERT_TRUE(cv::imencode(".png", cv::Mat(10, 20, CV_8UC3, cv::Scalar(1, 2, 3)), png));
  // After the signature and the header's chunk: a profile that is none.
  const std::string profile("\0\0\0\x08iCCPnonsense\x01\x02\x03\x04", 20);
  png.insert(png.begin() + 33, profile.begin(), profile.end());
  const auto path = write("a.png", {png.begin(), png.end()});
  testing::internal::CaptureStderr();
  const auto image = read_image(path);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->at<cv::Vec3b>(5, 5), cv::Vec3b(1, 2, 3));
}

TEST_F(ReadImage, SaysWhatToDoWithKindsThatItCannotRead) {
  const auto message = [&](const char* name, const std::string& bytes) {
    const auto image = read_image(write(name, bytes));
    EXPECT_FALSE(image);
    return image ? std::string() : image.error().message;
  };
  const std::string heic(
      "\0\0\0\x18"
      "ftypheic\0\0\0\0",
      16);
  EXPECT_THAT(message("IMG_1.HEIC", heic), testing::AllOf(HasSubstr("HEIC"), HasSubstr("export it as JPEG")));
  EXPECT_THAT(message("saved.jpg", heic), HasSubstr("HEIC")) << "whatever its name says";
  EXPECT_THAT(message("a.avif", std::string("\0\0\0\x18"
                                            "ftypavif",
                                            12)),
              HasSubstr("AVIF"));
  EXPECT_THAT(message("a.nef", std::string("II*\0", 4)), HasSubstr("raw file"));
  EXPECT_THAT(message("a.pdf", "%PDF-1.7"), HasSubstr("PDF"));
  EXPECT_THAT(message("scan.png", "%PDF-1.7"), HasSubstr("PDF"));
}

TEST_F(ReadImage, ReadsAPictureWhoseNameSaysAnotherKind) {
  std::vector<unsigned char> png;
  ASSERT_TRUE(cv::imencode(".png", cv::Mat(10, 20, CV_8UC3, cv::Scalar(1, 2, 3)), png));
  EXPECT_TRUE(read_image(write("a.heic", {png.begin(), png.end()})));
}

// A WebP file in the extended form, with an EXIF chunk that states `orientation`.
std::string webp_with(const cv::Mat& picture, char orientation) {
  std::vector<unsigned char> plain;
  cv::imencode(".webp", picture, plain, {cv::IMWRITE_WEBP_QUALITY, 101});
  const auto little = [](std::size_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 255U);
    return text;
  };
  const std::string exif =
      std::string("MM\x00\x2A\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00", 19) +
      orientation + std::string(6, '\0');
  const std::string extended = std::string("VP8X") + little(10, 4) + std::string("\x08\0\0\0", 4) +
                               little(static_cast<std::size_t>(picture.cols) - 1, 3) +
                               little(static_cast<std::size_t>(picture.rows) - 1, 3);
  const std::string chunks = "WEBP" + extended + std::string(plain.begin() + 12, plain.end()) + "EXIF" +
                             little(exif.size(), 4) + exif;
  return "RIFF" + little(chunks.size(), 4) + chunks;
}

TEST_F(ReadImage, TurnsAWebPByItsExifOrientation) {
  cv::Mat picture = cv::Mat::zeros(10, 20, CV_8UC3);
  picture(cv::Rect(0, 0, 10, 5)).setTo(cv::Scalar::all(255));  // bright at the top left
  struct Case {
    char orientation;
    cv::Size size;
    cv::Point bright;
  };
  // EXIF 2.3: where the stored first row and first column lie in the upright picture.
  for (const Case& expected : std::vector<Case>{{1, {20, 10}, {2, 2}},
                                                {2, {20, 10}, {17, 2}},
                                                {3, {20, 10}, {17, 7}},
                                                {4, {20, 10}, {2, 7}},
                                                {5, {10, 20}, {2, 2}},
                                                {6, {10, 20}, {7, 2}},
                                                {7, {10, 20}, {7, 17}},
                                                {8, {10, 20}, {2, 17}}}) {
    SCOPED_TRACE(static_cast<int>(expected.orientation));
    const auto image = read_image(write("a.webp", webp_with(picture, expected.orientation)));
    ASSERT_TRUE(image) << image.error().message;
    ASSERT_EQ(image->size(), expected.size);
    EXPECT_GT(image->at<cv::Vec3b>(expected.bright)[0], 200);
    EXPECT_LT(cv::sum(*image)[0], 255.0 * 50 + 1000) << "only that quarter is bright";
  }
}

}  // namespace
}  // namespace sas::vision
