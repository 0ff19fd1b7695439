#pragma once
// Internal to api: a route as a row of data. What a row declares is checked before its handler runs, and the description
// in openapi.json is held against it by a test. To add a route, add a row and a handler to the file of its resource and
// describe it in openapi.json; a new resource also needs a line in routes.cpp.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/arguments.h"
#include "api/error_codes.h"
#include "api/identity.h"
#include "api/session_sockets.h"
#include "domain/caller.h"
#include "http/static_files.h"

namespace sas::api {

// What handlers work with; lives as long as the Api. Thread-safe.
struct Context {
  const ApiOptions& options;
  const attendance::Services& services;
  Metrics& metrics;
  const SystemProbe& probe;
  const Authenticator& authenticator;
  access::AccessService& access;
  const LiveParts& live;
  SessionSockets& session_sockets;
  CameraLimits& camera_limits;
  const Timestamp started_at;
  const std::optional<http::StaticFiles>& pages;  // of the dashboard; none: there are none
};

// One request whose row has been checked. Lives as long as its handler's coroutine.
struct Call {
  const Context& context;
  const Caller& caller;          // of an open route: without rights where nothing valid was shown
  const Identified& identified;  // whose caller it is
  const Arguments& arguments;
  const http::Request& request;
};

// An error becomes a response in one place (Api): its status is the one declared for its code, else that of its kind.
using Handler = Task<Result<http::Response>> (*)(const Call&);

struct Open {};
inline constexpr Open kOpen;  // says nothing about anyone
struct Known {};
inline constexpr Known kKnown;  // for callers that hold any right

// What a route asks of its caller. Has no default, so that a row which forgets it does not compile.
class Requirement {
 public:
  constexpr Requirement(Right right)
      : right_(right) {}  // NOLINT(google-explicit-constructor): rows name the right
  constexpr Requirement(Open /*open*/) : is_open_(true) {}  // NOLINT(google-explicit-constructor)
  constexpr Requirement(Known /*known*/) {}                 // NOLINT(google-explicit-constructor)

  // None: the route is open, or any right will do.
  [[nodiscard]] constexpr std::optional<Right> right() const { return right_; }
  [[nodiscard]] constexpr bool is_open() const { return is_open_; }
  [[nodiscard]] constexpr bool is_met_by(Rights rights) const {
    return is_open_ || (right_ ? rights.contain(*right_) : rights != Rights{});
  }

 private:
  std::optional<Right> right_;
  bool is_open_ = false;
};

inline constexpr std::size_t kSmallBodyBytes = 64UL * 1024;         // ten times the smallest form
inline constexpr std::size_t kSignInBodyBytes = 4UL * 1024;         // nobody has shown a key yet
inline constexpr std::size_t kBatchBodyBytes = 16UL * 1024 * 1024;  // a thousand of them
inline constexpr std::size_t kEnrolmentBodyBytes = 1024UL * 1024;   // 32 faces in any form

enum class Body : std::uint8_t { none, json };
// Of parameters that are not declared. Pages ignore them: their own scripts read the query.
enum class OtherParameters : std::uint8_t { refused, ignored };

struct Route {
  http::Verb verb;
  std::string path;  // a pattern of http::Router
  Requirement needs;
  std::vector<Parameter> parameters = {};
  OtherParameters other_parameters = OtherParameters::refused;
  Body body = Body::none;
  std::size_t max_body_bytes = kSmallBodyBytes;
  bool is_long = false;                // takes long enough to delay the other requests of its thread
  bool needs_gallery = false;          // asks whose face it is, or changes the answer: 503 until it is loaded
  std::vector<ErrorCode> errors = {};  // beyond those that errors_of adds by itself
  Handler handler;
};

// Every code below 500 that the route may answer, and those of 503 that need a declaration: its own, and those that
// follow from the rest of its row.
[[nodiscard]] std::vector<ErrorCode> errors_of(const Route& route);

// All of them.
[[nodiscard]] std::vector<Route> all_routes();

}  // namespace sas::api
