#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/responses.h"
#include "api/route.h"
#include "audit/row_json.h"

namespace sas::api {
namespace {

Task<Result<http::Response>> get_audit(const Call& call) {
  const AuditQuery query{.organisation = call.caller.organisation,
                         .page = call.arguments.page(),
                         .oldest_first = call.arguments.text("order") == "oldest"};
  auto reading = call.context.services.audit.rows(query);
  const auto rows = co_await std::move(reading);
  if (!rows) co_return rows.error();
  boost::json::array items;
  for (const audit::Row& row : rows->items) items.push_back(audit::to_json(row));
  boost::json::object page{{"items", std::move(items)}, {"next_cursor", nullptr}};
  if (rows->next_cursor) page["next_cursor"] = *rows->next_cursor;
  co_return json_response(http::Status::ok, boost::json::serialize(page));
}

}  // namespace

std::vector<Route> audit_routes() {
  return {
      {.verb = http::Verb::get,
       .path = "/api/v1/audit",
       .needs = Right::administer,
       .parameters = {parameters::kLimit,
                      parameters::kCursor,
                      {.name = "order", .kind = Parameter::Kind::choice, .choices = {"newest", "oldest"}}},
       .handler = get_audit}};
}

}  // namespace sas::api
