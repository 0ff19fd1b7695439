#include "vision/image_kind.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sas::vision {
namespace {

constexpr std::array<std::string_view, 11> kReadable{".jpg",  ".jpeg", ".jpe",  ".jfif", ".png", ".bmp",
                                                     ".webp", ".tif",  ".tiff", ".ppm",  ".pgm"};

constexpr std::array<std::string_view, 3> kHeic{".heic", ".heif", ".hif"};
constexpr std::array<std::string_view, 1> kAvif{".avif"};
constexpr std::array<std::string_view, 1> kJpegXl{".jxl"};
constexpr std::array<std::string_view, 11> kRaw{".dng", ".cr2", ".cr3", ".nef", ".nrw", ".arw",
                                                ".raf", ".orf", ".rw2", ".pef", ".srw"};
constexpr std::array<std::string_view, 1> kPdf{".pdf"};
constexpr std::array<std::string_view, 1> kGif{".gif"};
constexpr std::array<std::string_view, 1> kPhotoshop{".psd"};

enum Foreign : std::size_t { heic, avif, jpeg_xl, raw, pdf, gif, photoshop };

constexpr std::array<ForeignKind, 7> kForeign{{
    {"a HEIC photograph", kHeic,
     "export it as JPEG (an iPhone takes JPEG with Settings > Camera > Formats > Most Compatible)"},
    {"an AVIF picture", kAvif, "save it as JPEG or PNG"},
    {"a JPEG XL picture", kJpegXl, "save it as JPEG or PNG"},
    {"a camera's raw file", kRaw, "export it as JPEG with the camera's program"},
    {"a PDF document", kPdf, "export the photograph in it as JPEG or PNG"},
    {"a GIF picture", kGif, "save it as JPEG or PNG"},
    {"a Photoshop file", kPhotoshop, "export it as JPEG or PNG"},
}};

std::string ending_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

}  // namespace

std::span<const std::string_view> readable_endings() { return kReadable; }
std::span<const ForeignKind> foreign_kinds() { return kForeign; }

bool is_image_name(const std::filesystem::path& path) {
  return std::ranges::find(kReadable, ending_of(path)) != kReadable.end() || foreign_by_name(path) != nullptr;
}

const ForeignKind* foreign_by_name(const std::filesystem::path& path) {
  const std::string ending = ending_of(path);
  const auto found = std::ranges::find_if(kForeign, [&](const ForeignKind& kind) {
    return std::ranges::find(kind.endings, ending) != kind.endings.end();
  });
  return found == kForeign.end() ? nullptr : &*found;
}

const ForeignKind* foreign_by_content(std::span<const unsigned char> bytes) {
  const auto at = [&](std::size_t begin, std::string_view text) {
    return bytes.size() >= begin + text.size() &&
           std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                      [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; });
  };
  if (at(0, "%PDF")) return &kForeign[pdf];
  if (at(0, "GIF8")) return &kForeign[gif];
  if (at(0, "8BPS")) return &kForeign[photoshop];
  if (at(0, "\xFF\x0A") || at(4, "JXL ")) return &kForeign[jpeg_xl];
  if (!at(4, "ftyp")) return nullptr;
  // ISO base media: the major brand says what is in it.
  if (at(8, "avif") || at(8, "avis")) return &kForeign[avif];
  if (at(8, "crx ")) return &kForeign[raw];
  for (const std::string_view brand : {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"})
    if (at(8, brand)) return &kForeign[heic];
  return nullptr;
}

bool is_raw(const ForeignKind& kind) { return &kind == &kForeign[raw]; }

}  // namespace sas::vision
