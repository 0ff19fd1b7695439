#include "api/query.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <boost/json/array.hpp>

namespace sas::api {

Error invalid_parameter(std::string_view name, std::string_view why) {
  return Error::of(ErrorKind::invalid_argument, "invalid_parameter",
                   std::string(name) + ": " + std::string(why), {{"parameter", name}});
}

Result<void> allow_only(const http::Request& request, std::initializer_list<std::string_view> known) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(known, name) == known.end()) {
      boost::json::array names;
      std::string list;
      for (const std::string_view each : known) {
        names.emplace_back(each);
        list += (list.empty() ? "" : ", ") + std::string(each);
      }
      return Error::of(ErrorKind::invalid_argument, "unknown_parameter",
                       "unknown parameter \"" + name.substr(0, 64) + "\"; " +
                           (list.empty() ? "there are none here" : "known here: " + list),
                       {{"parameter", name.substr(0, 64)}, {"known", std::move(names)}});
    }
    if (!seen.insert(name).second) return invalid_parameter(name, "stands twice in the query");
    if (value.empty()) return invalid_parameter(name, "is empty; leave it out instead");
  }
  return {};
}

Result<PageRequest> page_of(const http::Request& request) {
  PageRequest page;
  if (const auto limit = request.query_param("limit")) {
    const auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), page.limit);
    if (error != std::errc{} || end != limit->data() + limit->size() || page.limit < 1 ||
        page.limit > kMaxPageSize)
      return invalid_parameter("limit", "must be a whole number from 1 to " + std::to_string(kMaxPageSize));
  }
  if (const auto cursor = request.query_param("cursor")) page.cursor = std::string(*cursor);
  return page;
}

Result<std::optional<Timestamp>> time_of(const http::Request& request, std::string_view name) {
  const auto text = request.query_param(name);
  if (!text) return std::optional<Timestamp>();
  const auto time = parse_rfc3339(*text);
  if (time) return std::optional<Timestamp>(*time);
  std::string why = time.error().message;
  // A query's + means a space: the commonest way to lose an offset.
  if (text->find(' ') != std::string_view::npos) why += "; in a query, write + as %2B";
  return invalid_parameter(name, why);
}

}  // namespace sas::api
