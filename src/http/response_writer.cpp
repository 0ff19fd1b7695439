#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <random>

#include <boost/beast/core/string.hpp>
#include <fmt/format.h>

namespace sas::http {
namespace {

// Browsers must not guess types, show our pages in another site's frame, or send other sites the referrer.
constexpr std::string_view kSecurityHeaders =
    "x-content-type-options: nosniff\r\n"
    "x-frame-options: DENY\r\n"
    "referrer-policy: no-referrer\r\n";

constexpr std::array<std::string_view, 8> kServersOwn = {
    "content-length", "transfer-encoding",      "connection",      "date",
    "x-request-id",   "x-content-type-options", "x-frame-options", "referrer-policy",
};

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 ? byte != 0x7F : c == '\t';
}

void append_number(std::string& out, std::size_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace

bool has_body(Status status) {
  return status != Status::no_content && status != Status::not_modified &&
         boost::beast::http::to_status_class(status) != boost::beast::http::status_class::informational;
}

bool headers_are_sound(const Response& response) {
  return std::all_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    const auto& [name, value] = header;
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char) &&
           std::all_of(value.begin(), value.end(), is_value_char) &&
           std::none_of(kServersOwn.begin(), kServersOwn.end(),
                        [&name = name](auto own) { return boost::beast::iequals(own, name); });
  });
}

void append_chunk(std::string& out, std::string_view part) {
  fmt::format_to(std::back_inserter(out), "{:x}\r\n{}\r\n", part.size(), part);
}

void append_head(std::string& out, const Response& response, const ResponseContext& context) {
  const auto reason = boost::beast::http::obsolete_reason(response.status);
  out += "HTTP/1.1 ";
  append_number(out, static_cast<unsigned>(response.status));
  out += ' ';
  out.append(reason.data(), reason.size());
  out += "\r\n";
  for (const auto& [name, value] : response.headers) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  if (response.more && response.length) {
    out += "content-length: ";
    append_number(out, *response.length);
    out += "\r\n";
  } else if (response.more) {
    // HTTP/1.0 has no chunks: closing the connection ends the body.
    if (!context.http10) out += "transfer-encoding: chunked\r\n";
  } else if (has_body(response.status)) {
    out += "content-length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  if (!context.keep_alive) {
    out += "connection: close\r\n";
  } else if (context.http10) {
    out += "connection: keep-alive\r\n";
  }
  out += "date: ";
  out += context.date;
  out += "\r\nx-request-id: ";
  out += context.request_id;
  out += "\r\n";
  out += kSecurityHeaders;
  out += "\r\n";
}

std::string_view DateCache::now() {
  const std::time_t second = std::time(nullptr);
  if (second != second_) {
    static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&second, &utc);
    text_ = fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                        kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                        kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour,
                        utc.tm_min, utc.tm_sec);
    second_ = second;
  }
  return text_;
}

RequestIds::RequestIds() {
  std::random_device device;
  state_ = (static_cast<std::uint64_t>(device()) << 32U) | device();
}

void RequestIds::next(std::string& out) {
  // SplitMix64 (Steele, Lea and Flood, 2014): a bijection of a counter, so no id repeats within a thread.
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  z ^= z >> 31U;
  out.resize(16);
  for (auto& digit : out) {
    digit = "0123456789abcdef"[z & 15U];
    z >>= 4U;
  }
}

bool is_safe_request_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace sas::http
