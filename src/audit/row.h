#pragma once
// A row of the audit log: who did what, and a hash that binds it to the row before. docs/audit.md gives the exact bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/caller.h"
#include "domain/ids.h"

namespace sas::audit {

// SHA-256 as 64 lower-case hexadecimal digits.
using Hash = std::string;

// The previous hash of an organisation's first row: 64 zeros.
[[nodiscard]] const Hash& no_hash();

// Actions that are not also in the feed, which has "person_added", "person_changed", "person_removed", "face_added" and
// "face_removed".
namespace actions {
inline constexpr std::string_view kRightRefused = "right_refused";
inline constexpr std::string_view kSessionBegun = "session_begun";
inline constexpr std::string_view kSessionEnded = "session_ended";
}  // namespace actions

// What was done. Never names or templates of people: the log outlives their erasure.
struct Entry {
  OrganisationId organisation;
  Timestamp at;
  // As text, so that a row which somebody changed can be shown as it is.
  std::string subject_kind;
  std::string subject_id = {};
  std::string subject_key = {};
  std::string action;
  std::string target = {};     // "person:ID", "face:ID", "session:ID", …; empty: nothing in particular
  std::string details = "{}";  // a JSON object without white space

  bool operator==(const Entry&) const = default;
};

struct Row {
  std::int64_t sequence = 0;  // 1, 2, 3, … within the organisation
  Entry entry;
  Hash previous_hash;
  Hash hash;

  bool operator==(const Row&) const = default;
};

[[nodiscard]] Entry entry_of(OrganisationId organisation, const Subject& subject, Timestamp at,
                             std::string_view action, std::string target, std::string details = "{}");

// Of everything in the row except `hash`.
[[nodiscard]] Hash hash_of(const Row& row);

}  // namespace sas::audit
