#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"

namespace sas::api {
namespace {

constexpr std::size_t kMaxZone = 64;  // longer than any name of the IANA database

Task<Result<http::Response>> get_analytics(const Call& call) {
  attendance::AnalyticsQuery query;
  query.from = call.arguments.time("from");
  query.to = call.arguments.time("to");
  query.zone = call.arguments.text("zone").value_or(call.context.services.days.site().zone());
  query.camera = call.arguments.camera("camera");
  const auto figures = co_await call.context.services.log.analytics(call.caller, std::move(query));
  if (!figures) co_return figures.error();
  co_return json_response(http::Status::ok, write_one(*figures));
}

}  // namespace

std::vector<Route> analytics_routes() {
  return {
      {.verb = http::Verb::get,
       .path = "/api/v1/analytics",
       .needs = Right::read,
       .parameters = {parameters::kFrom,
                      // Its order is the use case's to judge: "invalid_range".
                      {.name = "to", .kind = Parameter::Kind::timestamp},
                      {.name = "zone", .max_characters = kMaxZone},
                      parameters::kCamera},
       .is_long = true,
       .errors = {errors::kInvalidZone, errors::kInvalidRange},
       .handler = get_analytics},
  };
}

}  // namespace sas::api
