#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"

namespace sas::api {
namespace {

Task<Result<http::Response>> get_sightings(const Call& call) {
  SightingQuery query{.organisation = call.caller.organisation,
                      .from = call.arguments.time("from"),
                      .to = call.arguments.time("to"),
                      .camera = call.arguments.camera("camera"),
                      .page = call.arguments.page()};
  if (const auto outcome = call.arguments.text("outcome")) query.outcome = parse_outcome(*outcome);
  const auto found = co_await call.context.services.log.sightings(call.caller, std::move(query));
  if (!found) co_return found.error();
  co_return json_response(http::Status::ok, write_page(*found));
}

std::vector<std::string_view> outcomes() {
  std::vector<std::string_view> names;
  names.reserve(kOutcomes.size());
  for (const Outcome outcome : kOutcomes) names.push_back(to_string(outcome));
  return names;
}

}  // namespace

std::vector<Route> sighting_routes() {
  return {
      {.verb = http::Verb::get,
       .path = "/api/v1/sightings",
       .needs = Right::read,
       .parameters = {parameters::kFrom,
                      parameters::kTo,
                      {.name = "outcome", .kind = Parameter::Kind::choice, .choices = outcomes()},
                      parameters::kCamera,
                      parameters::kLimit,
                      parameters::kCursor},
       .handler = get_sightings},
  };
}

}  // namespace sas::api
