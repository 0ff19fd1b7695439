#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sas::test {

// Videos assembled from other clips, as motion JPEG. Each function throws std::runtime_error on failure.

// The first `frames` of each clip, or a photograph for the same duration, arranged in two columns.
void film_together(const std::vector<std::string>& clips, int frames, const std::filesystem::path& film);
// A person walks past `times` times: 25 frames of the clip, then 20 of an empty doorway.
void film_walk_pasts(const std::string& clip, int times, const std::filesystem::path& film);
// The clips' people take turns without a pause: `frames` frames of each, all in one place, `rounds` times.
void film_turns(const std::vector<std::string>& clips, int frames, int rounds,
                const std::filesystem::path& film);
// Only an empty doorway.
void film_nothing(int frames, const std::filesystem::path& film);
// `frames` frames of the clip, each as the bytes of a JPEG file.
[[nodiscard]] std::vector<std::string> jpegs_of(const std::string& clip, int frames);

}  // namespace sas::test
