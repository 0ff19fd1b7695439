#include <string_view>
#include <utility>

#include "api/endpoint.h"
#include "http/static_files.h"

namespace sas::api {
namespace {

// Everything comes from this server and nothing runs that stands in a page itself.
constexpr std::string_view kPolicy =
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
  response.headers.emplace_back("content-security-policy", kPolicy);
  response.body = kNoPages;
  co_return response;
}

}  // namespace

std::vector<Endpoint> ui_endpoints() {
  std::vector<Endpoint> endpoints;
  for (const char* pattern : {"/ui", "/ui/*"})
    endpoints.push_back(
        {http::Verb::get, pattern, Access::open, [](http::Request& /*request*/) { return no_pages(); }});
  return endpoints;
}

}  // namespace sas::api
