#pragma once
// What surrounds the pixels in an image file, as far as OpenCV leaves it to us. Pure functions; damaged files are
// the decoder's business.

#include <optional>
#include <vector>

namespace sas::vision {

[[nodiscard]] bool is_png(const std::vector<unsigned char>& bytes);

// A PNG file without what OpenCV does not use: colour profiles, texts, times. libpng prints a warning on stderr
// for many a profile that a camera or a program wrote.
[[nodiscard]] std::vector<unsigned char> essential_png(const std::vector<unsigned char>& bytes);

// The EXIF orientation (1 to 8) that a WebP file states; none: it is none, or states none. OpenCV reads that of
// JPEG, PNG and TIFF files, but not that of WebP before 4.12.
[[nodiscard]] std::optional<int> webp_orientation(const std::vector<unsigned char>& bytes);

}  // namespace sas::vision
