#include "protocol/json_writer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace sas::protocol {
namespace {

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

}  // namespace

void JsonWriter::separate() {
  if (needs_comma_) out_.push_back(',');
  needs_comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_.push_back(bracket);
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_.push_back(bracket);
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  text(name);
  out_.push_back(':');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view utf8) {
  separate();
  out_.push_back('"');
  while (!utf8.empty()) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if(utf8, needs_escape) - utf8.begin());
    out_.append(utf8.substr(0, plain));
    if (plain == utf8.size()) break;
    append_escaped(utf8[plain]);
    utf8.remove_prefix(plain + 1);
  }
  out_.push_back('"');
  return *this;
}

void JsonWriter::append_escaped(char c) {
  switch (c) {
    case '"':
    case '\\':
      out_.push_back('\\');
      out_.push_back(c);
      break;
    case '\n':
      out_ += "\\n";
      break;
    case '\r':
      out_ += "\\r";
      break;
    case '\t':
      out_ += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::number(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  fmt::format_to(std::back_inserter(out_), "{:.6g}", number);
  return *this;
}

JsonWriter& JsonWriter::number(const std::optional<float>& number) {
  return number ? this->number(static_cast<double>(*number)) : null();
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::value(const boost::json::value& value) {
  if (const auto* object = value.if_object()) {
    begin_object();
    for (const auto& [name, member] : *object) key(name).value(member);
    return end_object();
  }
  if (const auto* array = value.if_array()) {
    begin_array();
    for (const auto& element : *array) this->value(element);
    return end_array();
  }
  if (const auto* string = value.if_string()) return text(*string);
  if (const auto* real = value.if_double()) return number(*real);
  return raw(boost::json::serialize(value));
}

std::string JsonWriter::take() {
  needs_comma_ = false;
  return std::exchange(out_, {});
}

}  // namespace sas::protocol
