#include "vision/image_container.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace sas::vision {

bool is_png(const std::vector<unsigned char>& bytes) {
  constexpr std::array<unsigned char, 8> kSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  return bytes.size() >= kSignature.size() && std::equal(kSignature.begin(), kSignature.end(), bytes.begin());
}

std::vector<unsigned char> essential_png(const std::vector<unsigned char>& bytes) {
  constexpr std::size_t kSignature = 8;
  constexpr std::size_t kFrame = 12;  // length, name and checksum of a chunk
  std::vector<unsigned char> kept(bytes.begin(), bytes.begin() + kSignature);
  std::size_t at = kSignature;
  while (bytes.size() - at >= kFrame) {
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = (length << 8U) | bytes[at + i];
    if (length > bytes.size() - at - kFrame) break;
    const std::string_view name(reinterpret_cast<const char*>(&bytes[at + 4]), 4);
    const bool critical = name[0] >= 'A' && name[0] <= 'Z';
    const std::size_t end = at + kFrame + length;
    if (critical || name == "tRNS" || name == "eXIf") {
      kept.insert(kept.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                  bytes.begin() + static_cast<std::ptrdiff_t>(end));
    }
    at = end;
  }
  // A chunk that is cut short: the decoder says what it makes of it.
  kept.insert(kept.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end());
  return kept;
}

std::optional<int> webp_orientation(const std::vector<unsigned char>& bytes) {
  const auto at = [&](std::size_t begin, std::string_view text) {
    return begin + text.size() <= bytes.size() &&
           std::equal(text.begin(), text.end(), reinterpret_cast<const char*>(bytes.data()) + begin);
  };
  if (!at(0, "RIFF") || !at(8, "WEBP")) return std::nullopt;
  const auto number = [&](std::size_t begin, std::size_t size, bool big) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = (value << 8U) | bytes[begin + (big ? i : size - 1 - i)];
    return value;
  };
  // Chunks: a name, the size, and the content padded to an even length.
  for (std::size_t chunk = 12; chunk + 8 <= bytes.size();) {
    const std::uint64_t size = number(chunk + 4, 4, false);
    const std::size_t content = chunk + 8;
    if (size > bytes.size() - content) return std::nullopt;
    if (!at(chunk, "EXIF")) {
      chunk = content + size + size % 2;
      continue;
    }
    const std::size_t end = content + size;
    const std::size_t tiff = at(content, std::string_view("Exif\0\0", 6)) ? content + 6 : content;
    if (tiff + 8 > end || (!at(tiff, "II") && !at(tiff, "MM"))) return std::nullopt;
    const bool big = at(tiff, "MM");
    const std::uint64_t offset = number(tiff + 4, 4, big);
    if (offset > end - tiff || end - tiff - offset < 2) return std::nullopt;
    const std::size_t directory = tiff + offset;
    const std::uint64_t entries = number(directory, 2, big);
    for (std::size_t i = 0; i < entries && directory + 2 + 12 * (i + 1) <= end; ++i) {
      const std::size_t entry = directory + 2 + 12 * i;
      constexpr std::uint64_t kOrientation = 0x0112;
      if (number(entry, 2, big) == kOrientation) return static_cast<int>(number(entry + 8, 2, big));
    }
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace sas::vision
