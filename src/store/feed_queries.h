#pragma once
// Reads a feed row of any database; see log_queries.h for the requirements on a row.

#include <optional>
#include <string>

#include "domain/feed_entry.h"
#include "store/log_queries.h"

namespace sas::store {

// The columns that read_sighting() expects, followed by those of the feed.
inline const std::string kFeedColumns =
    "s.event_id, coalesce(s.outcome, ''), s.person_id, coalesce(p.code, ''), coalesce(p.name, ''), "
    "s.similarity, "
    "s.runner_up, coalesce(s.threshold, CAST(0 AS REAL)), s.attendance_id, s.cooldown_until, "
    "coalesce(s.camera_id, ''), "
    "coalesce(s.model, ''), s.captured_at, s.received_at, s.score, s.threshold_source" +
    score_columns("s.") +
    ", f.organisation_id, f.at, f.kind, f.subject_kind, f.subject, f.person_id, f.face_id, f.camera_id";
inline constexpr char kFeedTables[] =
    " FROM feed f LEFT JOIN sightings s ON s.organisation_id = f.organisation_id AND s.event_id = f.event_id "
    "LEFT JOIN persons p ON p.id = s.person_id ";
// The number of columns in kFeedColumns.
inline constexpr int kFeedWidth = 24 + static_cast<int>(kFaceScores.size());

// None: an entry written by a newer program, or a decision whose sighting is missing.
template <class Row, class OutcomeOf>
[[nodiscard]] std::optional<FeedEntry> read_entry(const Row& row, const OutcomeOf& outcome_of) {
  constexpr int kOwn = 16 + static_cast<int>(kFaceScores.size());
  const auto kind = parse_feed_kind(row.text(kOwn + 2));
  const auto subject = parse_subject_kind(row.text(kOwn + 3));
  if (!kind || !subject) return std::nullopt;
  FeedEntry entry{
      .organisation = row.template id<OrganisationId>(kOwn),
      .at = row.time(kOwn + 1),
      .kind = *kind,
      .subject = {*subject, row.text(kOwn + 4)},
  };
  if (entry.kind == FeedEntry::Kind::decision) {
    if (row.is_null(0)) return std::nullopt;
    entry.decision = read_sighting(row, outcome_of);
  }
  if (!row.is_null(kOwn + 5)) entry.person = row.template id<PersonId>(kOwn + 5);
  if (!row.is_null(kOwn + 6)) entry.face = row.template id<FaceId>(kOwn + 6);
  if (!row.is_null(kOwn + 7)) entry.camera = CameraId{row.text(kOwn + 7)};
  return entry;
}

}  // namespace sas::store
