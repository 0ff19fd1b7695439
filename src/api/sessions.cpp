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
  http::Response response = json_response(http::Status::ok, out.take());
  // A cookie that is over would be shown with every request.
  if (!session_cookie(call.request).empty() && call.caller.subject.kind == Subject::Kind::open)
    response.headers.emplace_back("set-cookie",
                                  session_header(call.request, "", call.context.options.secure));
  co_return response;
}

Task<Result<http::Response>> post_session(const Call& call) {
  const auto object = protocol::parse_object(call.request.body);
  if (!object) co_return object.error();
  const auto key = protocol::ObjectReader(*object).text("api_key");
  if (!key) co_return key.error();
  const Context& context = call.context;
  if (!context.authenticator.has_key()) co_return no_content_response();  // everybody is signed in

  auto signing_in = context.authenticator.sign_in(call.request, *key);
  const auto token = co_await std::move(signing_in);
  if (!token) co_return token.error();
  http::Response response = no_content_response();
  response.headers.emplace_back("set-cookie", session_header(call.request, *token, context.options.secure));
  co_return response;
}

// Over for every server and everything that it has opened, and not only forgotten by this browser.
Task<Result<http::Response>> delete_session(const Call& call) {
  auto signing_out = call.context.authenticator.sign_out(call.request);
  const auto ended = co_await std::move(signing_out);
  if (!ended) co_return ended.error();
  if (*ended) call.context.session_sockets.close(**ended);
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
       .max_body_bytes = kSignInBodyBytes,
       .errors = {errors::kUnauthenticated},
       .handler = post_session},
      {.verb = http::Verb::delete_, .path = path, .needs = kOpen, .handler = delete_session},
  };
}

}  // namespace sas::api
