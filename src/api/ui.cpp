#include "api/ui.h"

#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "api/ui_policy.h"

namespace sas::api {
namespace {

// The page loads nothing and runs nothing.
constexpr std::string_view kNoPagesPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

constexpr std::string_view kNoPages =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>No dashboard here</title>"
    "<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;"
    "color-scheme:light dark}</style>"
    "<h1>No dashboard here</h1><p>This server runs and records attendance, but the pages of the dashboard "
    "are not installed here.</p>"
    "<p>See the <a href=\"/docs/\">API page</a>, or print the attendance with "
    "<code>attend log</code>.</p></html>\n";

http::Response no_pages() {
  http::Response response;
  response.status = http::Status::not_found;
  response.headers.emplace_back("content-type", "text/html; charset=utf-8");
  response.headers.emplace_back("content-security-policy", kNoPagesPolicy);
  response.body = kNoPages;
  return response;
}

// Relative addresses in the pages need the slash.
Task<Result<http::Response>> get_ui(const Call& call) {
  if (!call.context.pages) co_return no_pages();
  co_return redirect_response("/ui/");
}

// Browsers ask for it whatever the pages say of their icon.
Task<Result<http::Response>> get_icon(const Call& call) {
  if (!call.context.pages) co_return no_pages();
  co_return redirect_response("/ui/icon.svg");
}

Task<Result<http::Response>> get_page(const Call& call) {
  const auto& pages = call.context.pages;
  if (!pages) co_return no_pages();
  co_return pages->get(call.request.path_param("*"), call.request);
}

}  // namespace

std::optional<http::StaticFiles> open_pages(const std::optional<std::filesystem::path>& folder) {
  std::error_code none;
  if (!folder || !std::filesystem::is_regular_file(*folder / "index.html", none)) return std::nullopt;
  auto pages = http::StaticFiles::open(*folder);
  if (!pages) return std::nullopt;
  // Browsers give threads to WebAssembly only in pages that are isolated from other origins.
  pages->decorate([policies = std::make_shared<PagePolicies>()](const std::filesystem::path& file,
                                                                http::Response& response) {
    response.headers.emplace_back("content-security-policy", policies->of(file));
    response.headers.emplace_back("cross-origin-opener-policy", "same-origin");
    response.headers.emplace_back("cross-origin-embedder-policy", "require-corp");
    response.headers.emplace_back("cross-origin-resource-policy", "same-origin");
  });
  return std::move(*pages);
}

std::vector<Route> ui_routes() {
  return {
      {.verb = http::Verb::get,
       .path = "/",
       .needs = kOpen,
       .other_parameters = OtherParameters::ignored,
       .handler = get_ui},
      {.verb = http::Verb::get,
       .path = "/favicon.ico",
       .needs = kOpen,
       .other_parameters = OtherParameters::ignored,
       .handler = get_icon},
      {.verb = http::Verb::get,
       .path = "/ui",
       .needs = kOpen,
       .other_parameters = OtherParameters::ignored,
       .handler = get_ui},
      {.verb = http::Verb::get,
       .path = "/ui/*",
       .needs = kOpen,
       .other_parameters = OtherParameters::ignored,
       .handler = get_page},
  };
}

}  // namespace sas::api
