#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace sas::store {

// SQL that every supported database accepts, with parameters $1, $2, … in order of first appearance.
class Statement {
 public:
  using Value = std::variant<Uuid, std::string, std::int64_t, Timestamp>;

  explicit Statement(std::string sql) : sql_(std::move(sql)) {}

  // Appends `sql` and the next parameter: then(" AND camera_id = ", …).
  Statement& then(std::string_view sql, Value value) {
    values_.push_back(std::move(value));
    sql_.append(sql).append("$").append(std::to_string(values_.size()));
    return *this;
  }
  Statement& then(std::string_view sql) {
    sql_.append(sql);
    return *this;
  }

  [[nodiscard]] const std::string& sql() const { return sql_; }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  std::string sql_;
  std::vector<Value> values_;
};

}  // namespace sas::store
