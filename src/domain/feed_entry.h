#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/ids.h"

namespace sas {

// Opaque: where an entry lies in the feed of one database. Only that database reads it.
using FeedPosition = StrongString<struct FeedPositionTag>;

// Something that happened.
struct FeedEntry {
  enum class Kind {
    decision,        // `decision` has it
    person_added,    // `person`
    person_changed,  // `person`
    person_removed,  // `person`
    face_added,      // `person`, `face`
    face_removed,    // `person`, `face`
    camera_added     // `camera`: it was heard of for the first time
  };

  OrganisationId organisation;
  Timestamp at;  // by the server's clock
  Kind kind = Kind::decision;
  Subject subject;  // who did it
  std::optional<SightingRecord> decision = {};
  std::optional<PersonId> person = {};
  std::optional<FaceId> face = {};
  std::optional<CameraId> camera = {};
};

// "decision", "person_added", ….
[[nodiscard]] std::string_view to_string(FeedEntry::Kind kind);
[[nodiscard]] std::optional<FeedEntry::Kind> parse_feed_kind(std::string_view text);

struct FeedPage {
  std::vector<FeedEntry> entries;  // in commit order
  FeedPosition position;           // of the last of them; where there is none, what was asked for
  bool complete = false;           // nothing followed when this was read
};

}  // namespace sas
