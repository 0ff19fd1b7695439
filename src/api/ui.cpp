#include <memory>
#include <string_view>
#include <utility>

#include "api/endpoint.h"
#include "api/ui_policy.h"
#include "http/static_files.h"

namespace sas::api {
namespace {

// Everything comes from this server and nothing runs that stands in a page itself.
constexpr std::string_view kNoPagesPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

constexpr std::string_view kNoPages =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>No dashboard here</title>"
    "<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;"
    "color-scheme:light dark}</style>"
    "<h1>No dashboard here</h1><p>This server runs and records, but it has no dashboard's pages to show.</p>"
    "<p>The <a href=\"/docs/\">API page</a> is here, <code>attend log</code> prints the "
    "attendance.</p></html>\n";

Task<http::Response> no_pages() {
  http::Response response;
  response.status = http::Status::not_found;
  response.headers.emplace_back("content-type", "text/html; charset=utf-8");
  response.headers.emplace_back("content-security-policy", kNoPagesPolicy);
  response.body = kNoPages;
  co_return response;
}

}  // namespace

std::vector<Endpoint> ui_endpoints(const std::optional<std::filesystem::path>& folder) {
  std::vector<Endpoint> endpoints;
  auto pages = folder ? http::StaticFiles::open(*folder) : Result<http::StaticFiles>(Error{});
  if (!pages) {
    for (const char* pattern : {"/ui", "/ui/*"})
      endpoints.push_back(
          {http::Verb::get, pattern, Access::open, [](http::Request& /*request*/) { return no_pages(); }});
    return endpoints;
  }
  // Isolated from other origins, without which a browser gives no threads to WebAssembly.
  pages->decorate([policies = std::make_shared<PagePolicies>()](const std::filesystem::path& file,
                                                                http::Response& response) {
    response.headers.emplace_back("content-security-policy", policies->of(file));
    response.headers.emplace_back("cross-origin-opener-policy", "same-origin");
    response.headers.emplace_back("cross-origin-embedder-policy", "require-corp");
    response.headers.emplace_back("cross-origin-resource-policy", "same-origin");
  });
  // Relative addresses in the pages need the slash.
  endpoints.push_back(
      {http::Verb::get, "/ui", Access::open, [](http::Request& /*request*/) -> Task<http::Response> {
         http::Response response;
         response.status = http::Status::permanent_redirect;
         response.headers.emplace_back("location", "/ui/");
         co_return response;
       }});
  endpoints.push_back({http::Verb::get, "/ui/*", Access::open,
                       [files = std::move(*pages)](http::Request& request) -> Task<http::Response> {
                         co_return files.get(request.path_param("*"), request);
                       }});
  return endpoints;
}

}  // namespace sas::api
