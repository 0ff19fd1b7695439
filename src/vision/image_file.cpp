#include "vision/image_file.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "vision/image_container.h"
#include "vision/image_kind.h"

namespace sas::vision {
namespace {

constexpr std::uintmax_t kMostBytes = 64'000'000;
constexpr std::uint64_t kMostPixels = 100'000'000;

std::uint64_t big_endian(const std::vector<unsigned char>& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = (value << 8U) | bytes[at + i];
  return value;
}

// Pixel count declared by the header of a PNG or JPEG, read before a decoder allocates memory: a few
// kilobytes can declare gigabytes. None: another format, or a header the decoder will reject.
std::optional<std::uint64_t> stated_pixels(const std::vector<unsigned char>& bytes) {
  constexpr std::size_t kPngSizeAt = 16;
  if (bytes.size() >= kPngSizeAt + 8 && is_png(bytes))
    return big_endian(bytes, kPngSizeAt, 4) * big_endian(bytes, kPngSizeAt + 4, 4);
  if (bytes.size() < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) return std::nullopt;
  // JPEG: segments of marker and length until a start of frame (C0..CF without C4, C8 and CC).
  for (std::size_t at = 2; at + 9 < bytes.size() && bytes[at] == 0xFF;) {
    const unsigned marker = bytes[at + 1];
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC)
      return big_endian(bytes, at + 5, 2) * big_endian(bytes, at + 7, 2);
    at += marker == 0xFF ? 1 : 2 + big_endian(bytes, at + 2, 2);
  }
  return std::nullopt;
}

// Turns and mirrors the picture so that the orientation `stated` (EXIF 2.3, tag 0x0112) is upright.
cv::Mat upright(const cv::Mat& image, int stated) {
  cv::Mat turned = image;
  if (stated >= 5 && stated <= 8) cv::transpose(image, turned);
  constexpr int kAroundX = 0;
  constexpr int kAroundY = 1;
  constexpr int kBoth = -1;
  cv::Mat result = turned;
  if (stated == 2 || stated == 6) cv::flip(turned, result, kAroundY);
  if (stated == 3 || stated == 7) cv::flip(turned, result, kBoth);
  if (stated == 4 || stated == 8) cv::flip(turned, result, kAroundX);
  return result;
}

// Empty: not a picture that OpenCV decodes.
cv::Mat decode(const std::vector<unsigned char>& bytes) {
  if (bytes.empty()) return {};
  try {
    if (is_png(bytes)) return cv::imdecode(essential_png(bytes), cv::IMREAD_COLOR);
    const auto stated = webp_orientation(bytes);
    if (!stated) return cv::imdecode(bytes, cv::IMREAD_COLOR);
    const cv::Mat image = cv::imdecode(bytes, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    return image.empty() ? image : upright(image, *stated);
  } catch (const cv::Exception&) {  // it throws for sizes and headers that it will not decode
    return {};
  }
}

}  // namespace

Result<cv::Mat> read_image(const std::filesystem::path& path) {
  const auto refuse = [&](ErrorKind kind, const char* code, const std::string& why) {
    return Error::of(kind, code, "image " + path.string() + " " + why, {{"path", path.string()}});
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return refuse(ErrorKind::not_found, "image_missing", "does not exist");
  if (!std::filesystem::is_regular_file(status))
    return refuse(ErrorKind::invalid_argument, "not_an_image", "is not a file");
  const auto size = std::filesystem::file_size(path, error);
  const auto too_large = [&] {
    return refuse(ErrorKind::too_large, "image_too_large",
                  "is larger than 64 MB or 100 megapixels; scale it down");
  };
  if (!error && size > kMostBytes) return too_large();
  std::ifstream stream(path, std::ios::binary);
  std::vector<unsigned char> bytes(error ? 0 : size);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream)
    return refuse(ErrorKind::failed_precondition, "image_unreadable",
                  "cannot be read; check its permissions");
  if (stated_pixels(bytes).value_or(0) > kMostPixels) return too_large();
  const ForeignKind* foreign = foreign_by_name(path);
  cv::Mat image;
  if (foreign == nullptr || !is_raw(*foreign)) image = decode(bytes);
  if (image.empty()) {
    if (const ForeignKind* content = foreign_by_content(bytes)) foreign = content;
    if (foreign != nullptr)
      return refuse(ErrorKind::invalid_argument, "not_an_image",
                    "is " + std::string(foreign->name) + ", which cannot be read here; " +
                        std::string(foreign->remedy));
    return refuse(ErrorKind::invalid_argument, "not_an_image",
                  "is not a readable image (complete JPEG, PNG, BMP, WebP or TIFF)");
  }
  if (image.total() > kMostPixels) return too_large();
  return image;
}

}  // namespace sas::vision
