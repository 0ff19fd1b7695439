#pragma once
// Internal to api: a route with what is checked before its handler runs.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api/api.h"
#include "api/session.h"

namespace sas::api {

// What handlers work with; lives as long as the Api.
struct Context {
  const ApiOptions& options;
  AttendanceService& service;
  Metrics& metrics;
  const SystemProbe& probe;
  const Authenticator& authenticator;
  const LiveParts& live;
  AttemptLimiter& attempts;
  const Timestamp started_at;
  const bool has_ui;
};

inline constexpr std::size_t kSmallBodyBytes = 64UL * 1024;         // ten times the smallest form
inline constexpr std::size_t kBatchBodyBytes = 16UL * 1024 * 1024;  // a thousand of them
inline constexpr std::size_t kEnrolmentBodyBytes = 1024UL * 1024;   // 32 faces in any form

struct Endpoint {
  http::Verb verb = http::Verb::get;
  std::string pattern;
  Access access = Access::read;
  http::Handler handler;
  std::size_t max_body_bytes = kSmallBodyBytes;
  bool needs_gallery = false;  // asks whose face it is, or changes the answer
};

[[nodiscard]] std::vector<Endpoint> recognition_endpoints(const Context& context);
[[nodiscard]] std::vector<Endpoint> person_endpoints(const Context& context);
[[nodiscard]] std::vector<Endpoint> attendance_endpoints(const Context& context);
[[nodiscard]] std::vector<Endpoint> system_endpoints(const Context& context);
[[nodiscard]] std::vector<Endpoint> docs_endpoints();
[[nodiscard]] std::vector<Endpoint> session_endpoints(const Context& context);
[[nodiscard]] std::vector<Endpoint> live_endpoints(const Context& context);
[[nodiscard]] std::vector<Endpoint> analytics_endpoints(const Context& context);
[[nodiscard]] std::vector<Endpoint> model_endpoints(const Context& context);
// The dashboard's pages in `folder`; none: a page that says that there are none.
[[nodiscard]] std::vector<Endpoint> ui_endpoints(const std::optional<std::filesystem::path>& folder);

// A handler of a coroutine that takes the context.
using ContextHandler = Task<http::Response> (*)(const Context&, http::Request&);
[[nodiscard]] inline http::Handler bind(const Context& context, ContextHandler handler) {
  return [&context, handler](http::Request& request) { return handler(context, request); };
}

// A path's {name} as an id: invalid_argument "invalid_id".
template <class Id>
[[nodiscard]] Result<Id> id_of(const http::Request& request, std::string_view name) {
  return Id::parse(request.path_param(name));
}

}  // namespace sas::api
