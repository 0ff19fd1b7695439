#include "api/api.h"

#include <any>
#include <atomic>
#include <cassert>
#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/verb.hpp>

#include "api/refusal_log.h"
#include "api/responses.h"
#include "api/route.h"
#include "api/session_sockets.h"
#include "api/ui.h"

namespace sas::api {
namespace {

using std::chrono::steady_clock;

// Long requests at once, waiting or running; more are refused.
constexpr std::size_t kMostLong = 64;

// Browsers may send the media types of forms across sites without asking; JSON is not among them.
bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return type.empty() || boost::beast::iequals(type, "application/json");
}

Error unsupported_media_type(std::string_view content_type) {
  return Error::of(ErrorKind::invalid_argument, "unsupported_media_type",
                   "the body must be application/json, not " + std::string(content_type.substr(0, 100)) +
                       "; with curl, add -H 'Content-Type: application/json' (its -d alone says form)");
}

// A row with what serving it needs.
struct Endpoint {
  Route route;
  std::vector<ErrorCode> errors;
  Metrics::Route& series;
  std::string name;  // "GET /api/v1/persons"
};

}  // namespace

struct Api::Impl {
  Impl(ApiOptions given_options, attendance::Services given_services, AccessParts given_access,
       Metrics& given_metrics, SystemProbe given_probe, LiveParts given_live,
       boost::asio::thread_pool& given_threads)
      : options(std::move(given_options)),
        services(given_services),
        metrics(given_metrics),
        probe(std::move(given_probe)),
        authenticator({.organisation = options.organisation,
                       .api_key = options.api_key,
                       .allowed_hosts = options.allowed_hosts,
                       .session_longest = options.session_longest,
                       .count_failure = [this](Shown shown) { metrics.on_authentication_failure(shown); }},
                      services.clock, given_access.sessions, given_access.service.ring()),
        session_sockets(given_access.sessions, given_access.service.ring(), services.clock),
        camera_limits(options.camera_limits, services.cameras),
        refusals(services.audit, services.clock),
        live(std::move(given_live)),
        long_threads(given_threads),
        pages(open_pages(options.ui_dir)),
        context{.options = options,
                .services = services,
                .metrics = metrics,
                .probe = probe,
                .authenticator = authenticator,
                .access = given_access.service,
                .live = live,
                .session_sockets = session_sockets,
                .camera_limits = camera_limits,
                .started_at = services.clock.now(),
                .pages = pages} {}

  // What the row requires of the caller and the headers.
  [[nodiscard]] Result<void> check(const Route& route, const Caller& caller,
                                   const http::Request& request) const {
    if (const auto right = route.needs.right())
      if (const auto held = require(*right, caller); !held) return held.error();
    assert(route.needs.is_met_by(caller.rights));
    if (route.body == Body::json && !is_json(request.header("content-type")))
      return unsupported_media_type(request.header("content-type"));
    if (route.needs_gallery && !probe.gallery_loaded())
      return Error::of(ErrorKind::unavailable, "gallery_loading",
                       "the server is still loading the enrolled faces; try again");
    return {};
  }

  // What the row requires of the headers alone: it runs before the body is read.
  [[nodiscard]] Task<http::Admission> admit(const Endpoint& endpoint, http::Request& request) const {
    const auto started = steady_clock::now();
    auto identifying = endpoint.route.needs.is_open() ? authenticator.identify_anybody(request)
                                                      : authenticator.identify(request);
    auto identified = co_await std::move(identifying);
    auto checked = identified ? check(endpoint.route, identified->caller, request) : identified.error();
    if (checked) {
      const bool trusted = identified->caller.rights != Rights{};
      request.admitted = std::make_shared<const Identified>(std::move(*identified));
      co_return http::Admission{.trusted = trusted};
    }
    if (const auto right = endpoint.route.needs.right();
        right && identified && !identified->caller.rights.contain(*right)) {
      auto noting = refusals.note(identified->caller, *right, endpoint.name);
      co_await std::move(noting);
    }
    auto refusal = error_response(checked.error(), request.request_id, endpoint.errors);
    // Each further guess costs a connection.
    refusal.close = checked.error().code == "too_many_attempts";
    endpoint.series.observe(static_cast<unsigned>(refusal.status), steady_clock::now() - started);
    co_return http::Admission{.refusal = std::move(refusal)};
  }

  // Runs the handler of a long row on threads of its own, so that it stalls nobody.
  [[nodiscard]] Task<Result<http::Response>> answer_apart(const Route& route, const Call& call) const {
    if (long_running.fetch_add(1) >= kMostLong) {
      long_running.fetch_sub(1);
      co_return Error::of(ErrorKind::unavailable, "overloaded",
                          "the server is busy with many long requests; try again");
    }
    std::optional<Result<http::Response>> answered;
    const auto job = [&]() -> Task<void> {
      auto answering = route.handler(call);
      answered.emplace(co_await std::move(answering));
    };
    std::exception_ptr failure;
    try {
      // On a strand, since a request that is given up is cancelled from its own thread.
      auto running = boost::asio::co_spawn(boost::asio::make_strand(long_threads.get_executor()), job(),
                                           boost::asio::use_awaitable);
      co_await std::move(running);
    } catch (...) {
      failure = std::current_exception();
    }
    long_running.fetch_sub(1);
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*answered);
  }

  [[nodiscard]] Task<http::Response> serve(const Endpoint& endpoint, const http::Request& request) const {
    const auto started = steady_clock::now();
    const auto identified = std::any_cast<std::shared_ptr<const Identified>>(request.admitted);
    const Route& route = endpoint.route;
    const auto arguments =
        Arguments::of(request, route.parameters, route.other_parameters == OtherParameters::ignored);
    http::Response response;
    if (arguments) {
      const Call call{context, identified->caller, *identified, *arguments, request};
      auto answering = route.is_long ? answer_apart(route, call) : route.handler(call);
      auto answered = co_await std::move(answering);
      response = answered ? std::move(*answered)
                          : error_response(answered.error(), request.request_id, endpoint.errors);
      // A device that acts as another camera.
      if (!answered && answered.error().code == "forbidden" && route.needs.right()) {
        auto noting = refusals.note(identified->caller, *route.needs.right(), endpoint.name);
        co_await std::move(noting);
      }
    } else {
      response = error_response(arguments.error(), request.request_id, endpoint.errors);
    }
    const std::optional<Session>& session = identified->session;
    if (response.upgrade && (session || identified->key_proof)) {
      SocketOwner owner{.key = identified->key_proof};
      if (session) owner.session = session->id;
      response.upgrade->make_session = [this, owner = std::move(owner),
                                        make = std::move(response.upgrade->make_session)] {
        return context.session_sockets.watch(owner, make());
      };
    }
    if (session && !route.needs.is_open()) {
      auto renewing = authenticator.renew(*identified);
      const auto lasts = co_await std::move(renewing);
      if (lasts)
        response.headers.emplace_back(
            "set-cookie", session_header(request, session_cookie(request), options.secure, *lasts));
    }
    endpoint.series.observe(static_cast<unsigned>(response.status), steady_clock::now() - started);
    co_return response;
  }

  const ApiOptions options;
  const attendance::Services services;
  Metrics& metrics;
  const SystemProbe probe;
  const Authenticator authenticator;
  SessionSockets session_sockets;
  CameraLimits camera_limits;
  mutable RefusalLog refusals;
  const LiveParts live;
  boost::asio::thread_pool& long_threads;
  const std::optional<http::StaticFiles> pages;
  const Context context;
  mutable std::atomic<std::size_t> long_running{0};
  std::vector<std::unique_ptr<const Endpoint>> endpoints;  // the router's handlers point to them
};

Api::Api(ApiOptions options, attendance::Services services, AccessParts access, Metrics& metrics,
         SystemProbe probe, LiveParts live, boost::asio::thread_pool& long_threads)
    : impl_(std::make_unique<Impl>(std::move(options), services, access, metrics, std::move(probe),
                                   std::move(live), long_threads)) {
  assert(impl_->probe.ping_store && impl_->probe.gallery_loaded && impl_->probe.gallery_stats);
}

Api::~Api() = default;

void Api::add_routes(http::Router& router) {
  for (Route& row : all_routes()) {
    Metrics::Route& series = impl_->metrics.route(boost::beast::http::to_string(row.verb), row.path);
    std::vector<ErrorCode> errors = errors_of(row);
    std::string name = std::string(boost::beast::http::to_string(row.verb)) + " " + row.path;
    impl_->endpoints.push_back(std::make_unique<const Endpoint>(
        Endpoint{std::move(row), std::move(errors), series, std::move(name)}));
    const Endpoint* endpoint = impl_->endpoints.back().get();
    router.add(
        endpoint->route.verb, endpoint->route.path,
        [impl = impl_.get(), endpoint](http::Request& request) { return impl->serve(*endpoint, request); },
        endpoint->route.max_body_bytes,
        [impl = impl_.get(), endpoint](http::Request& request) { return impl->admit(*endpoint, request); });
  }
}

http::Response Api::refusal(http::Status status, std::string_view code, std::string_view message) const {
  impl_->metrics.on_refusal(static_cast<unsigned>(status));
  http::Response response =
      error_response(status, Error::of(ErrorKind::internal, std::string(code), std::string(message)));
  // The HTTP server adds its own Retry-After.
  std::erase_if(response.headers, [](const auto& header) { return header.first == "retry-after"; });
  return response;
}

}  // namespace sas::api
