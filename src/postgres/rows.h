#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

struct pg_result;

namespace sas::postgres {

// The binary result of a statement. Getters expect the column's own type and not NULL; otherwise they throw
// std::runtime_error, because the statement and its reader disagree.
class Rows {
 public:
  explicit Rows(pg_result* result);

  [[nodiscard]] int size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  // Rows that the statement changed.
  [[nodiscard]] std::int64_t affected() const;

  [[nodiscard]] bool is_null(int row, int column) const;
  [[nodiscard]] Uuid uuid(int row, int column) const;
  [[nodiscard]] std::string text(int row, int column) const;
  [[nodiscard]] std::int64_t integer(int row, int column) const;  // int8 or int4
  [[nodiscard]] float real(int row, int column) const;            // float4
  [[nodiscard]] double number(int row, int column) const;         // float8
  [[nodiscard]] bool boolean(int row, int column) const;
  [[nodiscard]] Timestamp time(int row, int column) const;
  [[nodiscard]] std::vector<float> vector(int row, int column) const;

  template <class Id>
  [[nodiscard]] Id id(int row, int column) const {
    return Id(uuid(row, column));
  }
  [[nodiscard]] std::optional<float> optional_real(int row, int column) const;
  [[nodiscard]] std::optional<Timestamp> optional_time(int row, int column) const;

  // One of the rows, read by column alone. Lives no longer than the Rows.
  class Row {
   public:
    Row(const Rows& rows, int row) : rows_(rows), row_(row) {}

    [[nodiscard]] bool is_null(int column) const { return rows_.is_null(row_, column); }
    [[nodiscard]] std::string text(int column) const { return rows_.text(row_, column); }
    [[nodiscard]] std::int64_t integer(int column) const { return rows_.integer(row_, column); }
    [[nodiscard]] float real(int column) const { return rows_.real(row_, column); }
    [[nodiscard]] Timestamp time(int column) const { return rows_.time(row_, column); }
    template <class Id>
    [[nodiscard]] Id id(int column) const {
      return rows_.id<Id>(row_, column);
    }
    [[nodiscard]] std::optional<float> optional_real(int column) const {
      return rows_.optional_real(row_, column);
    }
    [[nodiscard]] std::optional<Timestamp> optional_time(int column) const {
      return rows_.optional_time(row_, column);
    }

   private:
    const Rows& rows_;
    int row_;
  };
  [[nodiscard]] Row row(int index) const { return {*this, index}; }

 private:
  [[nodiscard]] std::string_view bytes(int row, int column, std::size_t expected) const;

  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace sas::postgres
