#include <utility>

#include "api/access_views.h"
#include "api/responses.h"
#include "api/route.h"
#include "protocol/fields.h"
#include "protocol/json_reader.h"

namespace sas::api {
namespace {

Result<access::NewPairing> read_new_pairing(std::string_view json) {
  const auto object = protocol::parse_object(json);
  if (!object) return object.error();
  if (const auto checked = refuse_other_fields(*object, {"name", "cameras", "kind", "pin"}); !checked)
    return checked.error();
  const protocol::ObjectReader reader(*object);
  const auto kind_text = reader.text("kind");
  if (!kind_text) return kind_text.error();
  const auto kind = parse_device_kind(*kind_text);
  if (!kind) return protocol::invalid_field("kind", "must be kiosk or edge");
  auto cameras = read_cameras(*object);
  if (!cameras) return cameras.error();
  if (!*cameras) return reader.missing("cameras", "an array of cameras' ids");
  auto name = reader.optional_text("name");
  if (!name) return name.error();
  auto pin = reader.optional_text("pin");
  if (!pin) return pin.error();
  return access::NewPairing{
      .name = std::move(*name), .kind = *kind, .cameras = std::move(**cameras), .pin = std::move(*pin)};
}

Task<Result<http::Response>> post_pairing(const Call& call) {
  auto wanted = read_new_pairing(call.request.body);
  if (!wanted) co_return wanted.error();
  auto beginning = call.context.access.begin_pairing(call.caller, std::move(*wanted));
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return begun.error();
  protocol::JsonWriter out;
  out.begin_object().key("code").text(begun->code);
  out.key("expires_at").text(to_rfc3339(begun->expires_at)).end_object();
  co_return json_response(http::Status::created, out.take());
}

// Open: who has the code has nothing else yet.
Task<Result<http::Response>> post_pairing_code(const Call& call) {
  const Context& context = call.context;
  // Else a page of another site could give this browser a session of its own choice.
  if (const auto own = check_own_page(call.request); !own) co_return own.error();
  auto pairing = context.access.pair(call.caller, call.arguments.text("code").value_or(std::string()));
  const auto paired = co_await std::move(pairing);
  if (!paired) {
    const Error& error = paired.error();
    const bool is_guess =
        error.code == "pairing_not_found" || error.code == "pairing_used" || error.code == "pairing_expired";
    if (!is_guess) co_return error;
    co_return context.authenticator.wrong(call.request, Shown::pairing, error);
  }
  protocol::JsonWriter out;
  out.begin_object().key("kind").text(to_string(paired->kind));
  write_fields(out, paired->made.key);
  out.key("key").text(paired->made.secret).end_object();
  http::Response response = json_response(http::Status::ok, out.take());
  if (paired->kind != DeviceKind::kiosk) co_return response;
  auto admitting = context.authenticator.admit_kiosk(paired->made.key);
  const auto admitted = co_await std::move(admitting);
  if (!admitted) co_return admitted.error();
  response.headers.emplace_back(
      "set-cookie", session_header(call.request, admitted->cookie, context.options.secure, admitted->lasts));
  co_return response;
}

}  // namespace

std::vector<Route> pairing_routes() {
  const std::string all = "/api/v1/pairings";
  return {
      {.verb = http::Verb::post,
       .path = all,
       .needs = Right::administer,
       .body = Body::json,
       .is_long = true,  // it hashes a PIN
       .errors = {errors::kInvalidName},
       .handler = post_pairing},
      {.verb = http::Verb::post,
       .path = all + "/{code}",
       .needs = kOpen,
       .parameters = {{.name = "code", .in = Parameter::In::path}},
       .errors = {errors::kPairingNotFound, errors::kPairingUsed, errors::kPairingExpired},
       .handler = post_pairing_code},
  };
}

}  // namespace sas::api
