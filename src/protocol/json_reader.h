#pragma once
// Reads JSON from outside: strictly, with bounded depth, and with errors that name the field.

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"
#include "protocol/embedding_codec.h"

namespace sas::protocol {

// Nested arrays and objects. Ours need four.
inline constexpr std::size_t kMaxJsonDepth = 16;

// The document's root object. invalid_argument "malformed_json": not JSON (the message says what is
// wrong and at which byte), nested too deeply, a repeated key, or not an object.
[[nodiscard]] Result<boost::json::object> parse_object(std::string_view json);

// The fields of an object, by type. `path` names the object in errors ("faces[2]"); empty for the root. Null
// counts as absent. All errors are invalid_argument "invalid_field" with details.field.
class ObjectReader {
 public:
  explicit ObjectReader(const boost::json::object& object, std::string path = {})
      : object_(object), path_(std::move(path)) {}

  // None: absent or null.
  [[nodiscard]] const boost::json::value* find(std::string_view name) const;
  [[nodiscard]] Result<std::string> text(std::string_view name) const;
  [[nodiscard]] Result<std::optional<std::string>> optional_text(std::string_view name) const;
  [[nodiscard]] Result<std::optional<double>> optional_number(std::string_view name) const;
  [[nodiscard]] Result<bool> boolean_or(std::string_view name, bool fallback) const;
  // Null: absent.
  [[nodiscard]] Result<const boost::json::array*> optional_array(std::string_view name) const;
  [[nodiscard]] Result<const boost::json::object*> optional_object(std::string_view name) const;

  [[nodiscard]] std::string path_of(std::string_view name) const;
  [[nodiscard]] Error missing(std::string_view name, std::string_view expected) const;
  [[nodiscard]] Error wrong_type(std::string_view name, std::string_view expected) const;

 private:
  const boost::json::object& object_;
  std::string path_;
};

}  // namespace sas::protocol
