#pragma once
// Days of people as a client reads them.

#include <cstddef>
#include <optional>
#include <string>

#include <boost/json/array.hpp>

#include "edge/api_client.h"
#include "edge/attendance_log.h"

namespace sas::edge {

struct DayLogQuery {
  std::optional<std::string> from;  // dates of the site, both or neither; neither: its today
  std::optional<std::string> to;
  std::optional<std::string> person;  // id or code
  std::optional<std::string> seen;    // "all", "yes", "no"
  std::size_t limit = 100;            // lines in all; 0: everything
};

// The lines as the server gave them, as many pages as it takes.
[[nodiscard]] Result<LogLines> fetch_days(ApiClient& client, const DayLogQuery& query);

// Date, code, name, first record and last sighting (local time), counts, and how much was watched.
[[nodiscard]] Result<std::string> days_as_table(const boost::json::array& items);
// date, code, name, first_at, last_seen_at (RFC 3339, UTC), records, sightings, coverage.
[[nodiscard]] Result<std::string> days_as_csv(const boost::json::array& items);

}  // namespace sas::edge
