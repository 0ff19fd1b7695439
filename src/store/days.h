#pragma once
// What each person did on each day: first and last times, and counts.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/attendance.h"
#include "domain/coverage.h"
#include "domain/date.h"
#include "store/page.h"
#include "store/tallies.h"

namespace sas {

// A day as the site counts it.
struct SiteDay {
  Date date;       // on which it begins
  Interval range;  // end excluded; 23 to 25 hours where clocks change
};

enum class SeenFilter { all, yes, no };

struct DayQuery {
  OrganisationId organisation;
  std::vector<SiteDay> days;               // in order, each beginning where the one before ends; never empty
  std::optional<std::string> person = {};  // a person's id or code
  SeenFilter seen = SeenFilter::all;
  PageRequest page = {};
};

struct PersonDay {
  PersonRef person;
  Date date;
  std::optional<Timestamp> first_at = {};      // of the first record
  std::optional<Timestamp> last_seen_at = {};  // of the last record or sighting in cooldown
  std::int64_t records = 0;
  std::int64_t sightings = 0;  // records, and sightings in cooldown
};

// Thread-safe. Errors: see Store.
class DayStore {
 public:
  virtual ~DayStore() = default;

  // A line for each enrolled person and day, by code and date; then one for each removed person and day on which they were
  // seen. A page examines a bounded number of lines: it may hold fewer than its limit, or none, and still have a cursor.
  // invalid_argument "invalid_cursor".
  [[nodiscard]] virtual Task<Result<Page<PersonDay>>> days(DayQuery query) = 0;
  // What the cameras watched of a range: intervals that overlap it, not cut to it, by camera and in order.
  [[nodiscard]] virtual Task<Result<std::vector<Tallies::Watched>>> watched(OrganisationId organisation,
                                                                            Interval range) = 0;
};

}  // namespace sas
