#include "api/api.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/verb.hpp>

#include "api/responses.h"
#include "api/route.h"
#include "api/ui.h"

namespace sas::api {
namespace {

using std::chrono::steady_clock;

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
};

}  // namespace

struct Api::Impl {
  Impl(ApiOptions given_options, attendance::Services given_services, Metrics& given_metrics,
       SystemProbe given_probe, LiveParts given_live)
      : options(std::move(given_options)),
        services(given_services),
        metrics(given_metrics),
        probe(std::move(given_probe)),
        authenticator({.organisation = options.organisation,
                       .api_key = options.api_key,
                       .allowed_hosts = options.allowed_hosts},
                      services.clock),
        live(std::move(given_live)),
        pages(open_pages(options.ui_dir)),
        context{.options = options,
                .services = services,
                .metrics = metrics,
                .probe = probe,
                .authenticator = authenticator,
                .live = live,
                .attempts = attempts,
                .started_at = services.clock.now(),
                .pages = pages} {}

  // What the row requires of a request before its handler runs; the arguments for the handler.
  [[nodiscard]] Result<Arguments> admit(const Route& route, const Caller& caller,
                                        const http::Request& request) const {
    if (const auto right = route.needs.right())
      if (const auto held = require(*right, caller); !held) return held.error();
    if (route.body == Body::json && !is_json(request.header("content-type")))
      return unsupported_media_type(request.header("content-type"));
    if (route.needs_gallery && !probe.gallery_loaded())
      return Error::of(ErrorKind::unavailable, "gallery_loading",
                       "the server is still loading the enrolled faces; try again");
    return Arguments::of(request, route.parameters, route.other_parameters == OtherParameters::ignored);
  }

  [[nodiscard]] Task<http::Response> serve(const Endpoint& endpoint, const http::Request& request) const {
    const auto started = steady_clock::now();
    const Route& route = endpoint.route;
    const bool is_open = route.needs.is_open();
    auto identifying = is_open ? authenticator.identify_anybody(request) : authenticator.identify(request);
    const auto caller = co_await std::move(identifying);
    const auto arguments = caller ? admit(route, *caller, request) : Result<Arguments>(caller.error());
    http::Response response;
    if (arguments) {
      const Call call{context, *caller, *arguments, request};
      auto answering = route.handler(call);
      auto answered = co_await std::move(answering);
      response = answered ? std::move(*answered)
                          : error_response(answered.error(), request.request_id, endpoint.errors);
    } else {
      response = error_response(arguments.error(), request.request_id, endpoint.errors);
    }
    if (caller && !is_open)
      if (const auto session = authenticator.renewed_session(*caller, request))
        response.headers.emplace_back("set-cookie", session_header(request, *session, options.secure));
    endpoint.series.observe(static_cast<unsigned>(response.status), steady_clock::now() - started);
    co_return response;
  }

  const ApiOptions options;
  const attendance::Services services;
  Metrics& metrics;
  const SystemProbe probe;
  const Authenticator authenticator;
  const LiveParts live;
  const std::optional<http::StaticFiles> pages;
  AttemptLimiter attempts;
  const Context context;
  std::vector<std::unique_ptr<const Endpoint>> endpoints;  // the router's handlers point to them
};

Api::Api(ApiOptions options, attendance::Services services, Metrics& metrics, SystemProbe probe,
         LiveParts live)
    : impl_(
          std::make_unique<Impl>(std::move(options), services, metrics, std::move(probe), std::move(live))) {
  assert(impl_->probe.ping_store && impl_->probe.gallery_loaded && impl_->probe.gallery_stats);
}

Api::~Api() = default;

void Api::add_routes(http::Router& router) {
  for (Route& row : all_routes()) {
    Metrics::Route& series = impl_->metrics.route(boost::beast::http::to_string(row.verb), row.path);
    std::vector<ErrorCode> errors = errors_of(row);
    impl_->endpoints.push_back(
        std::make_unique<const Endpoint>(Endpoint{std::move(row), std::move(errors), series}));
    const Endpoint* endpoint = impl_->endpoints.back().get();
    router.add(
        endpoint->route.verb, endpoint->route.path,
        [impl = impl_.get(), endpoint](http::Request& request) { return impl->serve(*endpoint, request); },
        endpoint->route.max_body_bytes);
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
