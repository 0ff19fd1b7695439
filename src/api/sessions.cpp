#include <chrono>
#include <string>
#include <utility>

#include "api/access_views.h"
#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

// /api/v1/session: where a browser asks whether and as whom it is signed in, and shows a key. Open, therefore.

void write_who(protocol::JsonWriter& out, const Identified& who) {
  const Caller& caller = who.caller;
  const auto role = who.role();
  out.key("role");
  role ? out.text(to_string(*role)) : out.null();
  out.key("rights").begin_array();
  for (const Right right : kEveryRight)
    if (caller.rights.contain(right)) out.text(to_string(right));
  out.end_array().key("organisation_id");
  role ? out.text(caller.organisation.to_string()) : out.null();
  out.key("key");
  if (who.key) {
    out.begin_object().key("id").text(who.key->id.to_string()).key("name").text(who.key->name).end_object();
  } else {
    out.null();
  }
  write(out.key("cameras"), caller.cameras);
  out.key("pin_required").boolean(who.key && who.key->pin_hash);
}

Task<Result<http::Response>> get_session(const Call& call) {
  protocol::JsonWriter out;
  out.begin_object();
  out.key("authenticated").boolean(call.identified.role().has_value());
  out.key("key_required").boolean(call.context.authenticator.has_key());
  write_who(out, call.identified);
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
  const auto signed_in = co_await std::move(signing_in);
  if (!signed_in) co_return signed_in.error();
  http::Response response = no_content_response();
  response.headers.emplace_back("set-cookie", session_header(call.request, signed_in->cookie,
                                                             context.options.secure, signed_in->lasts));
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

// Asked by a kiosk's page before it lets somebody leave it.
Task<Result<http::Response>> post_pin(const Call& call) {
  const auto object = protocol::parse_object(call.request.body);
  if (!object) co_return object.error();
  const auto pin = protocol::ObjectReader(*object).text("pin");
  if (!pin) co_return pin.error();
  const auto& key = call.identified.key;
  if (!key || !key->pin_hash)
    co_return Error::of(ErrorKind::failed_precondition, "no_pin", "this device was paired without a PIN");
  const auto right = call.context.access.check_pin(*key, *pin, std::chrono::steady_clock::now());
  if (!right) co_return right.error();
  if (*right) co_return no_content_response();
  co_return call.context.authenticator.wrong(
      call.request, Shown::pin,
      Error::of(ErrorKind::permission_denied, "wrong_pin", "this is not the PIN of this device"));
}

// /api/v1/sessions: those of everybody, for administrators.

Task<Result<http::Response>> get_sessions(const Call& call) {
  auto reading = call.context.access.sessions(call.caller);
  auto sessions = co_await std::move(reading);
  if (!sessions) co_return sessions.error();
  std::vector<SessionView> views;
  const auto& own = call.identified.session;
  for (Session& session : *sessions) {
    SessionView view{.session = std::move(session), .key = nullptr};
    if (view.session.key) view.key = call.context.access.ring().find(*view.session.key).key;
    view.is_current = own && own->id == view.session.id;
    views.push_back(std::move(view));
  }
  const auto page = page_of<SessionId>(std::move(views), call.arguments.page(),
                                       [](const SessionView& view) { return view.session.id; });
  if (!page) co_return page.error();
  co_return json_response(http::Status::ok, write_page(*page));
}

Task<Result<http::Response>> end_session(const Call& call) {
  const auto id = call.arguments.id<SessionId>("session_id");
  auto ending = call.context.access.end_session(call.caller, id);
  const auto ended = co_await std::move(ending);
  if (!ended) co_return ended.error();
  call.context.session_sockets.close(id);
  co_return no_content_response();
}

}  // namespace

std::vector<Route> session_routes() {
  const std::string own = "/api/v1/session";
  const std::string all = "/api/v1/sessions";
  return {
      {.verb = http::Verb::get, .path = own, .needs = kOpen, .handler = get_session},
      {.verb = http::Verb::post,
       .path = own,
       .needs = kOpen,
       .body = Body::json,
       .max_body_bytes = kSignInBodyBytes,
       .errors = {errors::kUnauthenticated, errors::kKeyExpired, errors::kKeyRevoked, errors::kForbidden},
       .handler = post_session},
      {.verb = http::Verb::delete_, .path = own, .needs = kOpen, .handler = delete_session},
      {.verb = http::Verb::post,
       .path = own + "/pin",
       .needs = Right::recognise,
       .body = Body::json,
       .max_body_bytes = kSignInBodyBytes,
       .is_long = true,  // it hashes a PIN
       .errors = {errors::kWrongPin, errors::kNoPin},
       .handler = post_pin},
      {.verb = http::Verb::get,
       .path = all,
       .needs = Right::administer,
       .parameters = {parameters::kLimit, parameters::kCursor},
       .handler = get_sessions},
      {.verb = http::Verb::delete_,
       .path = all + "/{session_id}",
       .needs = Right::administer,
       .parameters = {parameters::path_id("session_id")},
       .errors = {errors::kSessionNotFound},
       .handler = end_session},
  };
}

}  // namespace sas::api
