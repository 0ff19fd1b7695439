#pragma once
// The attendance log as a client reads it.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "base/clock.h"
#include "edge/api_client.h"

namespace sas::edge {

struct LogQuery {
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
  std::optional<std::string> person;  // id or code
  std::optional<std::string> camera;
  std::size_t limit = 100;  // lines in all, newest first; 0: everything
};

// The lines as the server gave them, as many pages as it takes.
struct LogLines {
  boost::json::array items;
  bool more = false;  // the limit was reached before the end
};
// Of a list of the server: `path` with `parameters`, and pages until there are `limit` items (0: all).
[[nodiscard]] Result<LogLines> fetch_lines(ApiClient& client, const std::string& path,
                                           const std::vector<std::pair<std::string, std::string>>& parameters,
                                           std::size_t limit);
// unavailable "strange_answer": the server's list is not understood.
[[nodiscard]] Error strange_log(const std::string& why);
[[nodiscard]] Result<LogLines> fetch_log(ApiClient& client, const LogQuery& query);

// Local time with its zone, name, code, camera, similarity.
[[nodiscard]] Result<std::string> log_as_table(const boost::json::array& items);
// captured_at (RFC 3339, UTC), code, name, camera_id, similarity, runner_up, threshold, attendance_id.
[[nodiscard]] Result<std::string> log_as_csv(const boost::json::array& items);

}  // namespace sas::edge
