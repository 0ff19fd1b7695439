#include "protocol/json_writer.h"

#include <cmath>
#include <iterator>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace sas::protocol {

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
  static constexpr std::string_view kHex = "0123456789abcdef";
  out_.push_back('"');
  for (const char c : utf8) {
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
        if (static_cast<unsigned char>(c) < 0x20) {
          out_ += "\\u00";
          out_.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
          out_.push_back(kHex[static_cast<unsigned char>(c) & 15]);
        } else {
          out_.push_back(c);
        }
    }
  }
  out_.push_back('"');
  return *this;
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
