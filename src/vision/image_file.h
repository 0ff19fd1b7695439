#pragma once

#include <filesystem>

#include <opencv2/core.hpp>

#include "base/error.h"

namespace sas::vision {

// A still image as BGR, rotated according to its EXIF orientation. Errors name the file: not_found
// "image_missing", failed_precondition "image_unreadable", invalid_argument "not_an_image" (for the kinds of
// image_kind.h with what to do instead), too_large "image_too_large" (more than 64 MB or 100 megapixels).
[[nodiscard]] Result<cv::Mat> read_image(const std::filesystem::path& path);

}  // namespace sas::vision
