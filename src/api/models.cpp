#include <algorithm>
#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "http/file_body.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

// Caches must ask again: the same name may be another model tomorrow, and asking costs a 304.
constexpr std::string_view kCaching = "private, no-cache";

Task<Result<http::Response>> get_models(const Call& call) {
  protocol::JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const BrowserPack& pack : call.context.options.packs) out.raw(pack.manifest_json);
  out.end_array().end_object();
  co_return json_response(http::Status::ok, out.take());
}

Error no_file(std::string why) {
  return Error::of(ErrorKind::not_found, "model_file_not_found", std::move(why));
}

Task<Result<http::Response>> get_model_file(const Call& call) {
  const auto& packs = call.context.options.packs;
  const auto pack = std::ranges::find(packs, call.arguments.text("pack"), &BrowserPack::name);
  if (pack == packs.end()) co_return no_file("this server has no such model pack");
  const auto wanted = std::ranges::find(pack->files, call.arguments.text("file"), &BrowserPack::File::name);
  if (wanted == pack->files.end()) co_return no_file("the pack " + pack->name + " has no such file");

  http::Response response;
  const std::string etag = "\"" + wanted->sha256 + "\"";
  response.headers.emplace_back("etag", etag);
  response.headers.emplace_back("cache-control", kCaching);
  if (call.request.header("if-none-match").find(etag) != std::string_view::npos) {
    response.status = http::Status::not_modified;
    co_return response;
  }
  if (!http::set_file_body(response, wanted->path))
    co_return no_file("the file has been removed since this server started");
  response.headers.emplace_back("content-type", "application/octet-stream");
  co_return response;
}

}  // namespace

std::vector<Route> model_routes() {
  return {
      {.verb = http::Verb::get, .path = "/api/v1/models", .needs = kKnown, .handler = get_models},
      {.verb = http::Verb::get,
       .path = "/api/v1/models/{pack}/{file}",
       .needs = kKnown,
       .parameters = {{.name = "pack", .in = Parameter::In::path},
                      {.name = "file", .in = Parameter::In::path}},
       .errors = {errors::kModelFileNotFound},
       .handler = get_model_file},
  };
}

}  // namespace sas::api
