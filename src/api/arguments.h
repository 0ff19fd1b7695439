#pragma once
// The parameters of a route as data, and those of a request once they have been checked against it: a misspelled one must
// not silently mean "everything".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/uuid.h"
#include "domain/date.h"
#include "domain/ids.h"
#include "http/message.h"
#include "store/page.h"

namespace sas::api {

inline constexpr std::size_t kMaxPageSize = 1000;

struct Parameter {
  enum class In : std::uint8_t { query, path };
  enum class Kind : std::uint8_t {
    text,       // UTF-8
    uuid,       // of an id
    camera,     // a camera's id
    timestamp,  // RFC 3339 with an offset
    date,       // of a calendar: 2026-11-22
    choice,     // one of `choices`
    limit       // items in a page: 1..kMaxPageSize
  };

  std::string_view name;
  In in = In::query;
  Kind kind = Kind::text;
  std::size_t max_characters = 0;              // text: code points; 0: only the request line's own limit
  std::vector<std::string_view> choices = {};  // choice
  std::string_view later_than = {};            // timestamp: another one, declared before it; empty: any time
  bool required = false;                       // of the query; a path always has its parameters
};

namespace parameters {

inline const Parameter kLimit{.name = "limit", .kind = Parameter::Kind::limit};
inline const Parameter kCursor{.name = "cursor"};
inline const Parameter kFrom{.name = "from", .kind = Parameter::Kind::timestamp};
inline const Parameter kTo{.name = "to", .kind = Parameter::Kind::timestamp, .later_than = "from"};
inline const Parameter kCamera{.name = "camera", .kind = Parameter::Kind::camera};
inline const Parameter kCameraId{
    .name = "camera_id", .in = Parameter::In::path, .kind = Parameter::Kind::camera};
// The id of `name`'s thing.
[[nodiscard]] inline Parameter path_id(std::string_view name) {
  return {.name = name, .in = Parameter::In::path, .kind = Parameter::Kind::uuid};
}

}  // namespace parameters

// Checked and typed: getters do not fail. Each takes the name of a parameter that the row declares with that kind;
// anything else is a fault of the handler and an assertion. None: the query does not have it.
class Arguments {
 public:
  // All errors are invalid_argument. Of the query: "unknown_parameter" (details.known) unless
  // `ignores_others`, and "invalid_parameter" (details.parameter): given twice, empty, missing, or not of its form. Of the
  // path: "invalid_id", and "invalid_field" for a camera. `declared` outlives the result.
  [[nodiscard]] static Result<Arguments> of(const http::Request& request,
                                            const std::vector<Parameter>& declared, bool ignores_others);

  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;  // also a choice
  [[nodiscard]] std::optional<CameraId> camera(std::string_view name) const;
  [[nodiscard]] std::optional<Timestamp> time(std::string_view name) const;
  [[nodiscard]] std::optional<Date> date(std::string_view name) const;
  // Of the path.
  template <class Id>
  [[nodiscard]] Id id(std::string_view name) const {
    return Id(uuid(name));
  }
  // "limit" (50 when absent) and "cursor".
  [[nodiscard]] PageRequest page() const;

 private:
  using Value = std::variant<std::string, Uuid, Timestamp, Date, std::size_t>;

  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Uuid uuid(std::string_view name) const;
  [[nodiscard]] static Result<Value> read(const Parameter& parameter, std::string_view text);
  [[nodiscard]] Result<void> check_order(const Parameter& parameter, Timestamp time) const;

  std::vector<std::pair<std::string_view, Value>> values_;  // by declared name
};

// invalid_argument "invalid_parameter", details.parameter: `name`.
[[nodiscard]] Error invalid_parameter(std::string_view name, std::string_view why);

}  // namespace sas::api
