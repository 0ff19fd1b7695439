#include "protocol/json_reader.h"

#include <algorithm>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

#include "protocol/fields.h"

namespace sas::protocol {
namespace {

// Builds a value and refuses a key that stands twice in one object. Boost's own parser takes the last one, so
// that a check of the first by somebody in between would be worth nothing.
class DomHandler {
 public:
  using error_code = boost::system::error_code;
  using string_view = boost::json::string_view;
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  DomHandler() { values_.reset(); }

  bool on_document_begin(error_code& /*ec*/) { return true; }
  bool on_document_end(error_code& /*ec*/) { return true; }
  bool on_object_begin(error_code& /*ec*/) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t size, error_code& ec) {
    std::vector<std::string>& keys = keys_.back();
    std::ranges::sort(keys);
    if (const auto twice = std::ranges::adjacent_find(keys); twice != keys.end()) {
      repeated_key = *twice;
      ec = boost::json::error::exception;
      return false;
    }
    keys_.pop_back();
    values_.push_object(size);
    return true;
  }
  bool on_array_begin(error_code& /*ec*/) { return true; }
  bool on_array_end(std::size_t size, error_code& /*ec*/) {
    values_.push_array(size);
    return true;
  }
  bool on_key_part(string_view part, std::size_t /*size*/, error_code& /*ec*/) {
    key_.append(part);
    values_.push_chars(part);
    return true;
  }
  bool on_key(string_view last, std::size_t /*size*/, error_code& /*ec*/) {
    key_.append(last);
    keys_.back().push_back(std::move(key_));
    key_.clear();
    values_.push_key(last);
    return true;
  }
  bool on_string_part(string_view part, std::size_t /*size*/, error_code& /*ec*/) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(string_view last, std::size_t /*size*/, error_code& /*ec*/) {
    values_.push_string(last);
    return true;
  }
  bool on_number_part(string_view /*part*/, error_code& /*ec*/) { return true; }
  bool on_int64(std::int64_t number, string_view /*part*/, error_code& /*ec*/) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, string_view /*part*/, error_code& /*ec*/) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double number, string_view /*part*/, error_code& /*ec*/) {
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool value, error_code& /*ec*/) {
    values_.push_bool(value);
    return true;
  }
  bool on_null(error_code& /*ec*/) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(string_view /*part*/, error_code& /*ec*/) { return true; }
  bool on_comment(string_view /*part*/, error_code& /*ec*/) { return true; }

  [[nodiscard]] boost::json::value release() { return values_.release(); }

  std::optional<std::string> repeated_key;

 private:
  boost::json::value_stack values_;
  std::vector<std::vector<std::string>> keys_;  // of the objects that are open
  std::string key_;
};

}  // namespace

Result<boost::json::object> parse_object(std::string_view json) {
  boost::json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::json::basic_parser<DomHandler> parser(options);
  boost::system::error_code ec;
  const std::size_t consumed = parser.write_some(false, json.data(), json.size(), ec);
  if (parser.handler().repeated_key)
    return Error::of(ErrorKind::invalid_argument, "malformed_json",
                     fmt::format("the key \"{}\" stands twice in one object",
                                 parser.handler().repeated_key->substr(0, 64)));
  if (!ec && consumed < json.size()) ec = boost::json::error::extra_data;
  if (ec) return malformed_json(json, ec, consumed);
  boost::json::value root = parser.handler().release();
  if (!root.is_object())
    return Error::of(ErrorKind::invalid_argument, "malformed_json",
                     "the body is JSON but not an object; expected {...}");
  return std::move(root.get_object());
}

const boost::json::value* ObjectReader::find(std::string_view name) const {
  const boost::json::value* value = object_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

Error ObjectReader::missing(std::string_view name, std::string_view expected) const {
  return invalid_field(path_of(name), fmt::format("missing; expected {}", expected));
}

Error ObjectReader::wrong_type(std::string_view name, std::string_view expected) const {
  return invalid_field(path_of(name), fmt::format("must be {}", expected));
}

Result<std::string> ObjectReader::text(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return missing(name, "text");
  if (!value->is_string()) return wrong_type(name, "text");
  return std::string(value->get_string());
}

Result<std::optional<std::string>> ObjectReader::optional_text(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return wrong_type(name, "text");
  return std::optional<std::string>(std::string(value->get_string()));
}

Result<std::optional<double>> ObjectReader::optional_number(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return std::optional<double>();
  if (!value->is_number()) return wrong_type(name, "a number");
  return std::optional<double>(value->to_number<double>());
}

Result<bool> ObjectReader::boolean_or(std::string_view name, bool fallback) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_bool()) return wrong_type(name, "true or false");
  return value->get_bool();
}

Result<const boost::json::array*> ObjectReader::optional_array(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return static_cast<const boost::json::array*>(nullptr);
  if (!value->is_array()) return wrong_type(name, "a list");
  return &value->get_array();
}

Result<const boost::json::object*> ObjectReader::optional_object(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return static_cast<const boost::json::object*>(nullptr);
  if (!value->is_object()) return wrong_type(name, "an object");
  return &value->get_object();
}

}  // namespace sas::protocol
