#include "postgres/rows.h"

#include <bit>
#include <charconv>
#include <stdexcept>

#include <libpq-fe.h>

#include "postgres/wire.h"

namespace sas::postgres {
namespace {

constexpr std::size_t kAnySize = 0;

}  // namespace

void Rows::Clear::operator()(PGresult* result) const { PQclear(result); }

Rows::Rows(PGresult* result) : result_(result) {}

int Rows::size() const { return PQntuples(result_.get()); }

std::int64_t Rows::affected() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

bool Rows::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) == 1; }

std::string_view Rows::bytes(int row, int column, std::size_t expected) const {
  const auto size = static_cast<std::size_t>(PQgetlength(result_.get(), row, column));
  if (is_null(row, column) || (expected != kAnySize && size != expected))
    throw std::runtime_error("column " + std::to_string(column) + " of an answer has " +
                             std::to_string(size) + " bytes, expected " + std::to_string(expected));
  return {PQgetvalue(result_.get(), row, column), size};
}

Uuid Rows::uuid(int row, int column) const {
  const std::string_view raw = bytes(row, column, Uuid::kSize);
  std::array<std::uint8_t, Uuid::kSize> value{};
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::uint8_t>(raw[i]);
  return Uuid(value);
}

std::string Rows::text(int row, int column) const { return std::string(bytes(row, column, kAnySize)); }

std::int64_t Rows::integer(int row, int column) const {
  const std::string_view raw = bytes(row, column, kAnySize);
  if (raw.size() == sizeof(std::uint32_t))
    return static_cast<std::int32_t>(wire::get<std::uint32_t>(raw.data()));
  return static_cast<std::int64_t>(wire::get<std::uint64_t>(bytes(row, column, 8).data()));
}

float Rows::real(int row, int column) const { return wire::get_float(bytes(row, column, 4).data()); }

double Rows::number(int row, int column) const {
  return std::bit_cast<double>(wire::get<std::uint64_t>(bytes(row, column, 8).data()));
}

bool Rows::boolean(int row, int column) const { return bytes(row, column, 1).front() != 0; }

Timestamp Rows::time(int row, int column) const { return wire::get_time(bytes(row, column, 8).data()); }

std::vector<float> Rows::vector(int row, int column) const {
  constexpr std::size_t kHeader = 4;  // dimensions and an unused field, two bytes each
  const std::string_view raw = bytes(row, column, kAnySize);
  if (raw.size() < kHeader) throw std::runtime_error("a vector without a header");
  const std::size_t dimensions = wire::get<std::uint16_t>(raw.data());
  if (raw.size() != kHeader + dimensions * sizeof(float))
    throw std::runtime_error("a vector with a wrong size");
  std::vector<float> values(dimensions);
  for (std::size_t i = 0; i < dimensions; ++i)
    values[i] = wire::get_float(raw.data() + kHeader + i * sizeof(float));
  return values;
}

std::optional<float> Rows::optional_real(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return real(row, column);
}

std::optional<Timestamp> Rows::optional_time(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return time(row, column);
}

}  // namespace sas::postgres
