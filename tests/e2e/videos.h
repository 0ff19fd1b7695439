#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sas::test {

// Films made of others, as motion JPEG. Each throws std::runtime_error when it cannot be made.

// The first `frames` of each clip, or a photograph for as long, beside and below each other in two columns.
void film_together(const std::vector<std::string>& clips, int frames, const std::filesystem::path& film);
// Somebody walks past `times` times: 25 frames of the clip, then 20 of an empty door.
void film_walk_pasts(const std::string& clip, int times, const std::filesystem::path& film);
// Nothing but an empty door.
void film_nothing(int frames, const std::filesystem::path& film);
// A frame of the clip, as a JPEG file's bytes, `frames` of them.
[[nodiscard]] std::vector<std::string> jpegs_of(const std::string& clip, int frames);

}  // namespace sas::test
