#include "edge/webcam.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sas::edge {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kVideo = "/dev/video";

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

std::optional<fs::path> webcam_device(std::string_view source) {
  constexpr std::size_t kMostDigits = 4;
  if (all_digits(source) && source.size() <= kMostDigits)
    return fs::path(std::string(kVideo) + std::to_string(std::stoi(std::string(source))));
  if (!source.starts_with("/dev/") || source.starts_with("/dev/shm/")) return std::nullopt;
  std::error_code ignored;
  const auto status = fs::status(source, ignored);
  if (fs::exists(status) && !fs::is_character_file(status)) return std::nullopt;
  return fs::path(source);
}

std::string webcam_identity(const fs::path& device) {
  std::error_code failed;
  const fs::path resolved = fs::weakly_canonical(device, failed);
  std::string name = (failed ? device : resolved).string();
  if (name.starts_with(kVideo) && all_digits(std::string_view(name).substr(kVideo.size())))
    name.erase(0, kVideo.size());
  return name;
}

bool delivers_pictures(std::uint32_t capabilities, std::uint32_t device_caps) {
  const std::uint32_t caps = (capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? device_caps : capabilities;
  return (caps & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) != 0;
}

bool may_be_camera(const fs::path& device) {
  const int file = ::open(device.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return true;
  v4l2_capability found{};
  const bool known = ::ioctl(file, VIDIOC_QUERYCAP, &found) == 0;
  ::close(file);
  return !known || delivers_pictures(found.capabilities, found.device_caps);
}

std::string webcams_there() {
  std::vector<int> numbers;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/dev", ignored)) {
    const std::string path = entry.path().string();
    if (!path.starts_with(kVideo) || !all_digits(std::string_view(path).substr(kVideo.size()))) continue;
    if (may_be_camera(path)) numbers.push_back(std::stoi(path.substr(kVideo.size())));
  }
  std::ranges::sort(numbers);
  std::string list;
  for (const int number : numbers) list += (list.empty() ? "" : ", ") + std::to_string(number);
  return list;
}

}  // namespace sas::edge
