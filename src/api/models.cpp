#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>

#include "api/endpoint.h"
#include "api/responses.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

constexpr std::size_t kPart = 256UL * 1024;

// Nobody keeps it without asking again: the same name may be another model tomorrow, and asking costs a 304.
constexpr std::string_view kCaching = "private, no-cache";

Task<http::Response> get_models(const Context& context, http::Request& /*request*/) {
  protocol::JsonWriter out;
  out.begin_object().key("items").begin_array();
  for (const BrowserPack& pack : context.options.packs) out.raw(pack.manifest_json);
  out.end_array().end_object();
  co_return json_response(http::Status::ok, out.take());
}

Task<Result<std::string>> next_part(std::shared_ptr<std::ifstream> file) {
  std::string part(kPart, '\0');
  file->read(part.data(), static_cast<std::streamsize>(part.size()));
  if (file->bad()) co_return Error::of(ErrorKind::unavailable, "model_file", "the model file cannot be read");
  part.resize(static_cast<std::size_t>(file->gcount()));
  co_return part;
}

Task<http::Response> get_model_file(const Context& context, http::Request& request) {
  const auto not_found = [&](std::string why) {
    return error_response(Error::of(ErrorKind::not_found, "model_file_not_found", std::move(why)),
                          request.request_id);
  };
  const auto& packs = context.options.packs;
  const auto pack = std::ranges::find(packs, request.path_param("pack"), &BrowserPack::name);
  if (pack == packs.end()) co_return not_found("this server has no such model pack");
  const auto wanted = std::ranges::find(pack->files, request.path_param("file"), &BrowserPack::File::name);
  if (wanted == pack->files.end()) co_return not_found("the pack " + pack->name + " has no such file");

  http::Response response;
  const std::string etag = "\"" + wanted->sha256 + "\"";
  response.headers.emplace_back("etag", etag);
  response.headers.emplace_back("cache-control", kCaching);
  if (request.header("if-none-match").find(etag) != std::string_view::npos) {
    response.status = http::Status::not_modified;
    co_return response;
  }
  const auto file = std::make_shared<std::ifstream>(wanted->path, std::ios::binary);
  if (!*file) co_return not_found("the file has gone since this server started");
  response.headers.emplace_back("content-type", "application/octet-stream");
  response.more = [file] { return next_part(file); };
  co_return response;
}

}  // namespace

std::vector<Endpoint> model_endpoints(const Context& context) {
  std::vector<Endpoint> endpoints;
  endpoints.push_back({http::Verb::get, "/api/v1/models", Access::read, bind(context, get_models)});
  endpoints.push_back(
      {http::Verb::get, "/api/v1/models/{pack}/{file}", Access::read, bind(context, get_model_file)});
  return endpoints;
}

}  // namespace sas::api
