#include <utility>

#include "api/endpoint.h"
#include "embedded/api_docs.h"
#include "embedded/api_openapi.h"
#include "http/static_files.h"

namespace sas::api {
namespace {

// Everything comes from here and nothing runs that stands in the page itself. Swagger UI draws with data:
// images.
constexpr std::string_view kApiPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Task<http::Response> send(http::Response response) {
  response.headers.emplace_back("content-security-policy", kApiPagePolicy);
  co_return response;
}

}  // namespace

std::vector<Endpoint> docs_endpoints() {
  std::vector<Endpoint> endpoints;
  const http::EmbeddedFiles description(embedded::api_openapi::files());
  const http::EmbeddedFiles pages(embedded::api_docs::files());
  endpoints.push_back({http::Verb::get, "/openapi.json", Access::open, [description](http::Request& request) {
                         return send(description.get("openapi.json", request));
                       }});
  // Relative addresses in the page need the slash.
  endpoints.push_back({http::Verb::get, "/docs", Access::open, [](http::Request& /*request*/) {
                         http::Response response;
                         response.status = http::Status::permanent_redirect;
                         response.headers.emplace_back("location", "/docs/");
                         return send(std::move(response));
                       }});
  endpoints.push_back({http::Verb::get, "/docs/*", Access::open, [pages](http::Request& request) {
                         return send(pages.get(request.path_param("*"), request));
                       }});
  return endpoints;
}

}  // namespace sas::api
