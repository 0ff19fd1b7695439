#include "base/redact.h"

#include <algorithm>
#include <cctype>

namespace sas {
namespace {

constexpr std::string_view kHidden = "***";

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// "rtsp://", or empty. What does not look like a scheme (RFC 3986 3.1) may be part of a password.
std::string_view scheme_of(std::string_view address) {
  const auto end = address.find("://");
  if (end == std::string_view::npos || end == 0 || end > 24) return {};
  const std::string_view name = address.substr(0, end);
  const bool plain = is_letter(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
                       return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
                     });
  return plain ? address.substr(0, end + 3) : std::string_view();
}

// "host=db password=p w" → "host=db ***": everything from the first word that names a secret on.
std::string without_named_secrets(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  auto first = std::string::npos;
  for (const std::string_view name : {"pass", "pwd", "secret", "token", "key", "auth", "user"}) {
    const auto at = lower.find(name);
    if (at == std::string::npos) continue;
    const auto equals = lower.find_first_of("=:", at);
    if (equals != std::string::npos && equals - at <= 16) first = std::min(first, at);
  }
  if (first == std::string::npos) return std::string(text);
  return std::string(text.substr(0, first)).append(kHidden);
}

}  // namespace

std::string redacted(std::string_view address) {
  const std::string_view scheme = scheme_of(address);
  std::string_view rest = address.substr(scheme.size());
  std::string shown(scheme);
  // Up to the last one: an "@", "/", "?" or "#" in a password that is not written as %40 and so on must not end it.
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    shown.append(kHidden).append("@");
    rest.remove_prefix(at + 1);
  }
  const auto query = rest.find_first_of("?#");
  const std::string_view tail = query == std::string_view::npos ? std::string_view() : rest.substr(query, 1);
  std::string_view path = rest.substr(0, query);
  if (scheme.empty() && path.find('=') != std::string_view::npos) {
    shown += without_named_secrets(path);
  } else {
    // The host, with its port, and then the segments.
    const auto host_end = std::min(path.find('/'), path.size());
    shown.append(path.substr(0, host_end));
    path.remove_prefix(host_end);
    while (!path.empty()) {
      const auto end = std::min(path.find('/', 1), path.size());
      const std::string_view segment = path.substr(1, end - 1);
      const bool plain = segment.find_first_of("=:&;") == std::string_view::npos && !looks_secret(segment);
      shown.append("/").append(plain ? segment : kHidden);
      path.remove_prefix(end);
    }
  }
  if (!tail.empty()) shown.append(tail).append("...");
  return shown;
}

bool looks_secret(std::string_view text) {
  constexpr std::size_t kShortest = 16;
  if (text.size() < kShortest) return false;
  const bool opaque = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '=' || c == '_' || c == '-' || c == '!' ||
           c == '$';
  });
  return opaque && std::any_of(text.begin(), text.end(), is_letter) &&
         std::any_of(text.begin(), text.end(), is_digit);
}

}  // namespace sas
