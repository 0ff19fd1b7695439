#pragma once
// What an edge measured of a face besides its embedding. Messages, exports, columns and views follow the table below, so a
// new score is a member and a row here, a migration, and the edge that measures it.

#include <array>
#include <optional>
#include <string_view>

namespace sas {

// 0..1 each; none: not measured.
struct FaceScores {
  std::optional<float> liveness = {};  // 1 is live
  std::optional<float> quality = {};
  // As liveness, by models that take too many living people for pictures: worth a flag, but no ground to turn
  // anybody away.
  std::optional<float> weak_liveness = {};

  bool operator==(const FaceScores&) const = default;
};

struct FaceScore {
  std::string_view name;  // in JSON, in CSV, and of its column in `sightings`
  std::optional<float> FaceScores::*value;
};

// New ones go to the end.
inline constexpr std::array kFaceScores{
    FaceScore{"liveness", &FaceScores::liveness},
    FaceScore{"quality", &FaceScores::quality},
    FaceScore{"weak_liveness", &FaceScores::weak_liveness},
};

}  // namespace sas
