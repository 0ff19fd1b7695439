#include "http/uri.h"

#include <boost/beast/core/string.hpp>

namespace sas::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

Error invalid(std::string message) {
  return Error::of(ErrorKind::invalid_argument, "malformed_request", std::move(message));
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) { return decode(text, false); }

Result<Target> parse_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    const auto authority_end = target.find_first_of("/?", scheme.size());
    if (authority_end == std::string_view::npos) {
      target = "/";
    } else if (target[authority_end] == '?') {
      return invalid("the request target has no path before its query");
    } else {
      target.remove_prefix(authority_end);
    }
    break;
  }
  if (target.empty() || target.front() != '/') return invalid("the request target must begin with /");
  target = target.substr(0, target.find('#'));

  Target result;
  const auto mark = target.find('?');
  result.raw_path = target.substr(0, mark);
  auto path = percent_decode(result.raw_path);
  if (!path) return invalid("the path is not percent-encoded correctly");
  result.path = std::move(*path);
  if (mark == std::string_view::npos) return result;

  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    auto value = decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    if (!name || !value) return invalid("the query is not percent-encoded correctly");
    result.query.emplace_back(std::move(*name), std::move(*value));
  }
  return result;
}

}  // namespace sas::http
