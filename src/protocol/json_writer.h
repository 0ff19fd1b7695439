#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace sas::protocol {

// Writes JSON into one growing string, in the order of the calls, and adds the commas. Numbers are written as
// people write them (0.8125, not 8.125E-1). The caller keeps objects and arrays balanced.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view utf8);
  JsonWriter& integer(std::int64_t number);
  // Six significant digits, the precision of a cosine in float. Not finite: null.
  JsonWriter& number(double number);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  // A value that is JSON already.
  JsonWriter& raw(std::string_view json);
  JsonWriter& value(const boost::json::value& value);

  // None: null.
  JsonWriter& number(const std::optional<float>& number);

  // The text so far; the writer is empty afterwards.
  [[nodiscard]] std::string take();

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  void append_escaped(char c);

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace sas::protocol
