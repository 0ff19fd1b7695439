#include <algorithm>
#include <iterator>
#include <utility>

#include "api/route.h"

namespace sas::api {

// Each in the file of its name.
std::vector<Route> analytics_routes();
std::vector<Route> attendance_routes();
std::vector<Route> audit_routes();
std::vector<Route> camera_routes();
std::vector<Route> day_routes();
std::vector<Route> docs_routes();
std::vector<Route> key_routes();
std::vector<Route> live_routes();
std::vector<Route> model_routes();
std::vector<Route> pairing_routes();
std::vector<Route> person_routes();
std::vector<Route> recognition_routes();
std::vector<Route> session_routes();
std::vector<Route> sighting_routes();
std::vector<Route> system_routes();
std::vector<Route> ui_routes();

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const auto& resource :
       {analytics_routes, attendance_routes, audit_routes, camera_routes, day_routes, docs_routes, key_routes,
        live_routes, model_routes, pairing_routes, person_routes, recognition_routes, session_routes,
        sighting_routes, system_routes, ui_routes}) {
    std::vector<Route> rows = resource();
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<ErrorCode> errors_of(const Route& route) {
  std::vector<ErrorCode> codes = route.errors;
  const auto add = [&codes](std::initializer_list<ErrorCode> more) {
    for (const ErrorCode& code : more)
      if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
  };
  add({errors::kHostNotAllowed, errors::kCrossOrigin});
  // For open routes, keys; a wrong session is nobody's there.
  add({errors::kTooManyAttempts});
  if (!route.needs.is_open())
    add({errors::kUnauthenticated, errors::kKeyExpired, errors::kKeyRevoked, errors::kForbidden,
         errors::kOriginRefused});
  if (route.other_parameters == OtherParameters::refused) add({errors::kUnknownParameter});
  for (const Parameter& parameter : route.parameters) {
    const bool in_path = parameter.in == Parameter::In::path;
    if (!in_path) add({errors::kInvalidParameter});
    if (in_path && parameter.kind == Parameter::Kind::uuid) add({errors::kInvalidId});
    if (in_path && parameter.kind == Parameter::Kind::camera) add({errors::kInvalidField});
    if (parameter.name == parameters::kCursor.name) add({errors::kInvalidCursor});
  }
  if (route.body == Body::json)
    add({errors::kMalformedJson, errors::kInvalidField, errors::kBodyTooLarge,
         errors::kUnsupportedMediaType});
  if (route.needs_gallery) add({errors::kGalleryLoading});
  return codes;
}

}  // namespace sas::api
