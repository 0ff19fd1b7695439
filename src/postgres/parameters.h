#pragma once
// A statement's parameters in PostgreSQL's binary format: no quoting, no loss of precision.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace sas::postgres {

class Parameters {
 public:
  Parameters& add(const Uuid& value);
  Parameters& add(std::string_view value);
  Parameters& add(std::int64_t value);
  Parameters& add(float value);
  Parameters& add(Timestamp value);
  // A pgvector vector.
  Parameters& add_vector(std::span<const float> value);
  template <class Tag>
  Parameters& add(const StrongUuid<Tag>& value) {
    return add(value.value());
  }
  template <class T>
  Parameters& add(const std::optional<T>& value) {
    if (value) return add(*value);
    return add_null();
  }
  Parameters& add_null();

  // One array per column, one element per row; a missing value is NULL.
  Parameters& add_array(const std::vector<std::optional<Uuid>>& values);
  Parameters& add_array(const std::vector<std::optional<std::string>>& values);
  Parameters& add_array(const std::vector<std::optional<std::int64_t>>& values);
  Parameters& add_array(const std::vector<std::optional<float>>& values);
  Parameters& add_array(const std::vector<std::optional<Timestamp>>& values);

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] const std::vector<std::uint32_t>& types() const { return types_; }
  // nullopt: NULL.
  [[nodiscard]] const std::optional<std::string>& value(std::size_t i) const { return values_[i]; }

 private:
  Parameters& push(std::uint32_t type, std::optional<std::string> bytes);
  template <class T, class Write>
  Parameters& push_array(std::uint32_t array_type, std::uint32_t element_type,
                         const std::vector<std::optional<T>>& values, Write write);

  std::vector<std::uint32_t> types_;  // 0: the server infers it
  std::vector<std::optional<std::string>> values_;
};

}  // namespace sas::postgres
