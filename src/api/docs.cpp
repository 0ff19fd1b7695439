#include <string>
#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "embedded/api_docs.h"
#include "embedded/api_openapi.h"

namespace sas::api {
namespace {

// The page loads only this server's own files and runs no inline script. Swagger UI draws with data: images.
constexpr std::string_view kApiPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Response with_policy(http::Response response) {
  response.headers.emplace_back("content-security-policy", kApiPagePolicy);
  return response;
}

Task<Result<http::Response>> get_description(const Call& call) {
  static const http::EmbeddedFiles kDescription(embedded::api_openapi::files());
  co_return with_policy(kDescription.get("openapi.json", call.request));
}

// Relative addresses in the page need the slash.
Task<Result<http::Response>> get_docs(const Call& /*call*/) {
  co_return with_policy(redirect_response("/docs/"));
}

Task<Result<http::Response>> get_docs_file(const Call& call) {
  static const http::EmbeddedFiles kFiles(embedded::api_docs::files());
  co_return with_policy(kFiles.get(call.request.path_param("*"), call.request));
}

}  // namespace

std::vector<Route> docs_routes() {
  return {
      {.verb = http::Verb::get, .path = "/openapi.json", .needs = kOpen, .handler = get_description},
      {.verb = http::Verb::get,
       .path = "/docs",
       .needs = kOpen,
       .other_parameters = OtherParameters::ignored,
       .handler = get_docs},
      {.verb = http::Verb::get,
       .path = "/docs/*",
       .needs = kOpen,
       .other_parameters = OtherParameters::ignored,
       .handler = get_docs_file},
  };
}

}  // namespace sas::api
