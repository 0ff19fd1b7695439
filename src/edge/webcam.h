#pragma once
// Webcams by the names under which Linux shows them.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sas::edge {

// The device of a source that is a webcam by its looks: "0", and a device below /dev (/dev/video0,
// /dev/v4l/by-id/…, a link that a udev rule makes) whether it is there or not. None: not a webcam.
[[nodiscard]] std::optional<std::filesystem::path> webcam_device(std::string_view source);

// "0" for /dev/video0 and for whatever links to it: two sources with the same answer are one camera.
[[nodiscard]] std::string webcam_identity(const std::filesystem::path& device);

// Whether a device with these V4L2 capabilities (v4l2_capability) delivers pictures. Most USB webcams have a
// second device, which delivers only metadata.
[[nodiscard]] bool delivers_pictures(std::uint32_t capabilities, std::uint32_t device_caps);

// False only if the device says so itself: one that may not be opened could be a camera.
[[nodiscard]] bool may_be_camera(const std::filesystem::path& device);

// The numbers of this machine's webcams: "0, 2"; empty: none.
[[nodiscard]] std::string webcams_there();

}  // namespace sas::edge
