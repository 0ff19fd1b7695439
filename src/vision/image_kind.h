#pragma once
// Which files are photographs: one list for every command. tests/traces/images.json holds the dashboard's import
// to the same list. Pure functions.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sas::vision {

// A kind of picture that people have and that read_image() cannot read.
struct ForeignKind {
  std::string_view name;  // "a HEIC photograph"
  std::span<const std::string_view> endings;
  std::string_view remedy;  // "export it as JPEG"
};

// Endings that read_image() reads, in lower case and with their dot.
[[nodiscard]] std::span<const std::string_view> readable_endings();
[[nodiscard]] std::span<const ForeignKind> foreign_kinds();

// By its ending it is a photograph: one that can be read, or of a kind for which read_image() says what to do
// instead. Commands that look through folders take these files, so that none is left out without a word.
[[nodiscard]] bool is_image_name(const std::filesystem::path& path);

// The kind that the ending, or the beginning of the content, gives away; null: none of them. Phones and programs
// also save HEIC files as .jpg.
[[nodiscard]] const ForeignKind* foreign_by_name(const std::filesystem::path& path);
[[nodiscard]] const ForeignKind* foreign_by_content(std::span<const unsigned char> bytes);
// A camera's raw file is a TIFF file of its own kind: a decoder finds only a small preview in it.
[[nodiscard]] bool is_raw(const ForeignKind& kind);

}  // namespace sas::vision
