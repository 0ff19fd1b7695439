#pragma once
// Reads JSON objects strictly. The first mistake is recorded with its file, field and what was expected.
// Values read after it are meaningless but harmless, so the caller checks once, at the end.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/error.h"

namespace sas::vision {

class Mistakes {
 public:
  explicit Mistakes(std::string_view origin) : origin_(origin) {}

  void add(std::string_view field, std::string_view expected);
  // invalid_argument "invalid_manifest".
  [[nodiscard]] const std::optional<Error>& first() const { return first_; }

 private:
  std::string origin_;
  std::optional<Error> first_;
};

// One object. finish() rejects fields that were not read. `value` may be null (mistake already recorded) and
// must outlive this object.
class Fields {
 public:
  Fields(const boost::json::value* value, std::string path, Mistakes& mistakes);

  [[nodiscard]] std::string path(std::string_view field) const;
  void expect(std::string_view field, bool holds, std::string_view expected);
  [[nodiscard]] bool has(std::string_view field) const;

  const boost::json::value* any(std::string_view field, std::string_view expected, bool required = true);
  std::string text(std::string_view field, bool required = true);
  bool flag(std::string_view field, bool required = true);
  double number(std::string_view field, double lowest, double highest, std::optional<double> otherwise = {});
  // None: the field is missing.
  std::optional<double> optional_number(std::string_view field, double lowest, double highest);
  std::int64_t whole(std::string_view field, std::int64_t lowest, std::int64_t highest);
  // As many numbers as channels, or one for all.
  std::vector<float> numbers(std::string_view field, std::size_t channels, bool zero_allowed);
  // The index of the text in `choices`.
  std::size_t choice(std::string_view field, std::span<const std::string_view> choices,
                     std::optional<std::size_t> otherwise = {});

  // Calls `read` for every item of a non-empty list, with its path: files[2].
  void each(std::string_view field, const auto& read) {
    const auto* value = any(field, "a non-empty list");
    if (value == nullptr) return;
    if (!value->is_array() || value->get_array().empty()) {
      mistakes_.add(path(field), "a non-empty list");
      return;
    }
    std::size_t index = 0;
    for (const auto& item : value->get_array()) {
      Fields fields(&item, path(field) + "[" + std::to_string(index++) + "]", mistakes_);
      read(fields);
      fields.finish();
    }
  }

  void finish();
  [[nodiscard]] const boost::json::object* object() const { return object_; }
  [[nodiscard]] Mistakes& mistakes() { return mistakes_; }

 private:
  const boost::json::object* object_ = nullptr;
  std::string path_;
  Mistakes& mistakes_;
  std::set<std::string> seen_;
};

}  // namespace sas::vision
