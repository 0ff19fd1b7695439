#include <chrono>
#include <string>
#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

// /api/v1/session: where a browser asks whether it is signed in, and shows the key. Open, therefore.

Task<Result<http::Response>> get_session(const Call& call) {
  protocol::JsonWriter out;
  out.begin_object();
  out.key("authenticated").boolean(call.caller.rights.contain(Right::read));
  out.key("key_required").boolean(call.context.authenticator.has_key());
  out.end_object();
  co_return json_response(http::Status::ok, out.take());
}

Task<Result<http::Response>> post_session(const Call& call) {
  const auto object = protocol::parse_object(call.request.body);
  if (!object) co_return object.error();
  const auto key = protocol::ObjectReader(*object).text("api_key");
  if (!key) co_return key.error();
  const Context& context = call.context;
  if (!context.authenticator.has_key()) co_return no_content_response();  // everybody is signed in

  const std::string address = call.request.peer.address().to_string();
  const auto now = std::chrono::steady_clock::now();
  if (!context.attempts.may_try(address, now))
    co_return Error::of(ErrorKind::resource_exhausted, "too_many_attempts",
                        "too many wrong keys from " + address + "; try again in 1 s");
  if (!context.authenticator.is_key(*key)) {
    context.attempts.failed(address, now);
    co_return Error::of(ErrorKind::unauthenticated, "unauthenticated", "this is not the server's API_KEY");
  }
  http::Response response = no_content_response();
  const std::string session = context.authenticator.new_session(context.services.clock.now());
  response.headers.emplace_back("set-cookie", session_header(call.request, session, context.options.secure));
  co_return response;
}

Task<Result<http::Response>> delete_session(const Call& call) {
  http::Response response = no_content_response();
  response.headers.emplace_back("set-cookie", session_header(call.request, "", call.context.options.secure));
  co_return response;
}

}  // namespace

std::vector<Route> session_routes() {
  const std::string path = "/api/v1/session";
  return {
      {.verb = http::Verb::get, .path = path, .needs = kOpen, .handler = get_session},
      {.verb = http::Verb::post,
       .path = path,
       .needs = kOpen,
       .body = Body::json,
       .errors = {errors::kUnauthenticated, errors::kTooManyAttempts},
       .handler = post_session},
      {.verb = http::Verb::delete_, .path = path, .needs = kOpen, .handler = delete_session},
  };
}

}  // namespace sas::api
