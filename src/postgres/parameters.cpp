#include "postgres/parameters.h"

#include <utility>

#include "postgres/wire.h"

namespace sas::postgres {
namespace {

// OIDs of built-in types, the same on every server (pg_type.dat).
constexpr std::uint32_t kInferred = 0;
constexpr std::uint32_t kInt8 = 20;
constexpr std::uint32_t kText = 25;
constexpr std::uint32_t kFloat4 = 700;
constexpr std::uint32_t kTimestamptz = 1184;
constexpr std::uint32_t kUuid = 2950;
constexpr std::uint32_t kInt8Array = 1016;
constexpr std::uint32_t kTextArray = 1009;
constexpr std::uint32_t kFloat4Array = 1021;
constexpr std::uint32_t kTimestamptzArray = 1185;
constexpr std::uint32_t kUuidArray = 2951;

void write_uuid(std::string& out, const Uuid& value) {
  out.append(value.bytes().begin(), value.bytes().end());
}

// Number of dimensions, an unused field, then the values.
void write_vector(std::string& out, std::span<const float> values) {
  wire::put(out, static_cast<std::uint16_t>(values.size()));
  wire::put(out, std::uint16_t{0});
  for (const float value : values) wire::put_float(out, value);
}

// The header of a one-dimensional array.
void write_array_header(std::string& out, bool has_nulls, std::uint32_t element_type, std::size_t size) {
  wire::put(out, std::uint32_t{1});
  wire::put(out, static_cast<std::uint32_t>(has_nulls ? 1 : 0));
  wire::put(out, element_type);
  wire::put(out, static_cast<std::uint32_t>(size));
  wire::put(out, std::uint32_t{1});  // arrays start at index 1
}

}  // namespace

Parameters& Parameters::push(std::uint32_t type, std::optional<std::string> bytes) {
  types_.push_back(type);
  values_.push_back(std::move(bytes));
  return *this;
}

Parameters& Parameters::add(const Uuid& value) {
  std::string bytes;
  write_uuid(bytes, value);
  return push(kUuid, std::move(bytes));
}

Parameters& Parameters::add(std::string_view value) { return push(kText, std::string(value)); }

Parameters& Parameters::add(std::int64_t value) {
  std::string bytes;
  wire::put(bytes, static_cast<std::uint64_t>(value));
  return push(kInt8, std::move(bytes));
}

Parameters& Parameters::add(float value) {
  std::string bytes;
  wire::put_float(bytes, value);
  return push(kFloat4, std::move(bytes));
}

Parameters& Parameters::add(Timestamp value) {
  std::string bytes;
  wire::put_time(bytes, value);
  return push(kTimestamptz, std::move(bytes));
}

Parameters& Parameters::add_vector(std::span<const float> value) {
  std::string bytes;
  write_vector(bytes, value);
  return push(kInferred, std::move(bytes));
}

Parameters& Parameters::add_null() { return push(kInferred, std::nullopt); }

template <class T, class Write>
Parameters& Parameters::push_array(std::uint32_t array_type, std::uint32_t element_type,
                                   const std::vector<std::optional<T>>& values, Write write) {
  bool has_nulls = false;
  for (const auto& value : values) has_nulls = has_nulls || !value;
  std::string bytes;
  write_array_header(bytes, has_nulls, element_type, values.size());
  std::string element;
  for (const auto& value : values) {
    if (!value) {
      wire::put(bytes, static_cast<std::uint32_t>(-1));
      continue;
    }
    element.clear();
    write(element, *value);
    wire::put(bytes, static_cast<std::uint32_t>(element.size()));
    bytes += element;
  }
  return push(array_type, std::move(bytes));
}

Parameters& Parameters::add_array(const std::vector<std::optional<Uuid>>& values) {
  return push_array(kUuidArray, kUuid, values, write_uuid);
}

Parameters& Parameters::add_array(const std::vector<std::optional<std::string>>& values) {
  return push_array(kTextArray, kText, values,
                    [](std::string& out, const std::string& value) { out += value; });
}

Parameters& Parameters::add_array(const std::vector<std::optional<std::int64_t>>& values) {
  return push_array(kInt8Array, kInt8, values, [](std::string& out, std::int64_t value) {
    wire::put(out, static_cast<std::uint64_t>(value));
  });
}

Parameters& Parameters::add_array(const std::vector<std::optional<float>>& values) {
  return push_array(kFloat4Array, kFloat4, values,
                    [](std::string& out, float value) { wire::put_float(out, value); });
}

Parameters& Parameters::add_array(const std::vector<std::optional<Timestamp>>& values) {
  return push_array(kTimestamptzArray, kTimestamptz, values,
                    [](std::string& out, Timestamp value) { wire::put_time(out, value); });
}

}  // namespace sas::postgres
