#include "vision/image_file.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <vector>

#include <opencv2/imgcodecs.hpp>

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
  if (bytes.size() >= kPngSizeAt + 8 && bytes[0] == 0x89 && bytes[1] == 'P' && bytes[2] == 'N')
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
  cv::Mat image;
  try {
    if (!bytes.empty()) image = cv::imdecode(bytes, cv::IMREAD_COLOR);
  } catch (const cv::Exception&) {
    image.release();  // OpenCV throws for sizes and headers it will not decode
  }
  if (image.empty())
    return refuse(ErrorKind::invalid_argument, "not_an_image",
                  "is not a readable image (complete JPEG, PNG, BMP, WebP or TIFF)");
  if (image.total() > kMostPixels) return too_large();
  return image;
}

}  // namespace sas::vision
