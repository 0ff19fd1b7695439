#include "http/message.h"

#include <cassert>

namespace sas::http {

std::optional<std::string_view> Request::query_param(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view Request::path_param(std::string_view name) const {
  for (const auto& [key, value] : path_params) {
    if (key == name) return value;
  }
  assert(!"the route's pattern has no such {name}");
  return {};
}

std::string_view Request::header(std::string_view name) const {
  if (headers == nullptr) return {};
  const auto found = headers->find(name);
  if (found == headers->end()) return {};
  const auto value = found->value();
  return {value.data(), value.size()};
}

std::string text_of(const boost::asio::ip::tcp::endpoint& peer) {
  std::string text = peer.address().to_string();
  if (peer.address().is_v6()) text = "[" + text + "]";
  return text += ":" + std::to_string(peer.port());
}

Response Response::json(Status status, std::string body) {
  return text(status, std::move(body), "application/json");
}

Response Response::text(Status status, std::string body, std::string_view content_type) {
  Response response;
  response.status = status;
  response.headers.emplace_back("content-type", content_type);
  response.body = std::move(body);
  return response;
}

}  // namespace sas::http
