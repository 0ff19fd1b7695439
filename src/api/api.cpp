#include "api/api.h"

#include <cassert>
#include <chrono>
#include <utility>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/verb.hpp>

#include "api/endpoint.h"
#include "api/responses.h"

namespace sas::api {
namespace {

bool takes_a_body(http::Verb verb) { return verb == http::Verb::post || verb == http::Verb::patch; }

// A form's media types are what a browser may send anywhere without asking; JSON is not among them.
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

// None where there is nothing to show.
std::optional<std::filesystem::path> pages_in(const std::optional<std::filesystem::path>& folder) {
  std::error_code none;
  if (!folder || !std::filesystem::is_regular_file(*folder / "index.html", none)) return std::nullopt;
  return folder;
}

}  // namespace

struct Api::Impl {
  Impl(ApiOptions given_options, AttendanceService& given_service, Metrics& given_metrics,
       SystemProbe given_probe, LiveParts given_live)
      : options(std::move(given_options)),
        metrics(given_metrics),
        probe(std::move(given_probe)),
        authenticator(options.api_key, given_service.clock()),
        live(std::move(given_live)),
        ui_dir(pages_in(options.ui_dir)),
        context{options,           given_service, metrics,  probe,
                authenticator,     live,          attempts, given_service.clock().now(),
                ui_dir.has_value()} {}

  [[nodiscard]] Result<void> check(Access access, const http::Request& request) const {
    if (!authenticator.has_key()) return check_browser(request, options.allowed_hosts);
    return authenticator.check(access, request);
  }

  // What stands before every handler; none: go on.
  [[nodiscard]] std::optional<http::Response> refuse(const Endpoint& endpoint,
                                                     const http::Request& request) const {
    if (const auto allowed = check(endpoint.access, request); !allowed)
      return error_response(allowed.error(), request.request_id);
    if (takes_a_body(endpoint.verb)) {
      const std::string_view content_type = request.header("content-type");
      if (!is_json(content_type))
        return error_response(http::Status::unsupported_media_type, unsupported_media_type(content_type));
    }
    if (endpoint.needs_gallery && !probe.gallery_loaded())
      return error_response(Error::of(ErrorKind::unavailable, "gallery_loading",
                                      "the server is still loading the enrolled faces; try again"),
                            request.request_id);
    return std::nullopt;
  }

  [[nodiscard]] Task<http::Response> serve(const Endpoint& endpoint, Metrics::Route& route,
                                           http::Request& request) const {
    const auto started = std::chrono::steady_clock::now();
    std::optional<http::Response> response = refuse(endpoint, request);
    if (!response) {
      response = co_await endpoint.handler(request);
      if (endpoint.access != Access::open)
        if (const auto session = authenticator.renewed_session(request))
          response->headers.emplace_back("set-cookie", session_header(request, *session, options.secure));
    }
    route.observe(static_cast<unsigned>(response->status), std::chrono::steady_clock::now() - started);
    co_return std::move(*response);
  }

  const ApiOptions options;
  Metrics& metrics;
  const SystemProbe probe;
  const Authenticator authenticator;
  const LiveParts live;
  const std::optional<std::filesystem::path> ui_dir;
  AttemptLimiter attempts;
  const Context context;
  std::vector<std::unique_ptr<const Endpoint>> endpoints;  // pointed to by the router's handlers
};

Api::Api(ApiOptions options, AttendanceService& service, Metrics& metrics, SystemProbe probe, LiveParts live)
    : impl_(std::make_unique<Impl>(std::move(options), service, metrics, std::move(probe), std::move(live))) {
  assert(impl_->probe.ping_store && impl_->probe.gallery_loaded && impl_->probe.gallery_stats);
}

Api::~Api() = default;

void Api::add_routes(http::Router& router) {
  std::vector<std::vector<Endpoint>> groups;
  groups.push_back(recognition_endpoints(impl_->context));
  groups.push_back(person_endpoints(impl_->context));
  groups.push_back(attendance_endpoints(impl_->context));
  groups.push_back(system_endpoints(impl_->context));
  groups.push_back(session_endpoints(impl_->context));
  groups.push_back(live_endpoints(impl_->context));
  groups.push_back(analytics_endpoints(impl_->context));
  groups.push_back(model_endpoints(impl_->context));
  groups.push_back(docs_endpoints());
  groups.push_back(ui_endpoints(impl_->ui_dir));
  for (std::vector<Endpoint>& group : groups) {
    for (Endpoint& made : group) {
      impl_->endpoints.push_back(std::make_unique<const Endpoint>(std::move(made)));
      const Endpoint* endpoint = impl_->endpoints.back().get();
      Metrics::Route* route =
          &impl_->metrics.route(boost::beast::http::to_string(endpoint->verb), endpoint->pattern);
      router.add(
          endpoint->verb, endpoint->pattern,
          [impl = impl_.get(), endpoint, route](http::Request& request) {
            return impl->serve(*endpoint, *route, request);
          },
          endpoint->max_body_bytes);
    }
  }
}

http::Response Api::refusal(http::Status status, std::string_view code, std::string_view message) const {
  impl_->metrics.on_refusal(static_cast<unsigned>(status));
  http::Response response =
      error_response(status, Error::of(ErrorKind::internal, std::string(code), std::string(message)));
  // The server has its own Retry-After for its own 503.
  std::erase_if(response.headers, [](const auto& header) { return header.first == "retry-after"; });
  return response;
}

Result<void> Api::check(Access access, const http::Request& request) const {
  return impl_->check(access, request);
}

}  // namespace sas::api
