#pragma once
// The query of a request, checked: what is misspelt must not silently mean "everything".

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"
#include "store/store.h"

namespace sas::api {

inline constexpr std::size_t kMaxPageSize = 1000;

// All errors are invalid_argument: "unknown_parameter" (details.known) and "invalid_parameter"
// (details.parameter): given twice, empty, or not of its form.
[[nodiscard]] Result<void> allow_only(const http::Request& request,
                                      std::initializer_list<std::string_view> known);
// limit=1..1000 (50 when absent) and cursor=.
[[nodiscard]] Result<PageRequest> page_of(const http::Request& request);
// RFC 3339 with an offset.
[[nodiscard]] Result<std::optional<Timestamp>> time_of(const http::Request& request, std::string_view name);

[[nodiscard]] Error invalid_parameter(std::string_view name, std::string_view why);

}  // namespace sas::api
