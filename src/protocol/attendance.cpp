#include "protocol/attendance.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "protocol/fields.h"
#include "protocol/json_reader.h"

namespace sas::protocol {
namespace {

using Record = AttendanceRecord;

// Reads one field after another; after the first error it does nothing.
class FieldReader {
 public:
  FieldReader(const boost::json::object& object, std::string path) : reader_(object, std::move(path)) {}

  void text(std::string_view name, std::string& into) {
    if (error_) return;
    auto value = reader_.text(name);
    value ? void(into = std::move(*value)) : fail(value.error());
  }
  template <class Id>
  void id(std::string_view name, Id& into) {
    parsed(name, into, [](std::string_view text) { return Id::parse(text); });
  }
  void time(std::string_view name, Timestamp& into) { parsed(name, into, parse_rfc3339); }
  void number(std::string_view name, std::optional<float>& into) {
    if (error_) return;
    const auto value = reader_.optional_number(name);
    if (!value) return fail(value.error());
    if (*value) into = static_cast<float>(**value);
  }
  void number(std::string_view name, float& into) {
    std::optional<float> value;
    number(name, value);
    if (error_) return;
    value ? void(into = *value) : fail(reader_.missing(name, "a number"));
  }
  void source(std::string_view name, std::optional<ThresholdSource>& into) {
    if (error_) return;
    const auto value = reader_.optional_text(name);
    if (!value) return fail(value.error());
    if (*value) into = parse_threshold_source(**value);
  }
  // Reads the nested object `name` with `read`.
  template <class Read>
  void object(std::string_view name, Read read) {
    if (error_) return;
    const auto inner = reader_.optional_object(name);
    if (!inner) return fail(inner.error());
    if (*inner == nullptr) return fail(reader_.missing(name, "an object"));
    FieldReader fields(**inner, reader_.path_of(name));
    read(fields);
    error_ = std::move(fields.error_);
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  template <class T, class Parse>
  void parsed(std::string_view name, T& into, Parse parse) {
    std::string given;
    text(name, given);
    if (error_) return;
    auto value = parse(given);
    value ? void(into = *value) : fail(at_field(reader_.path_of(name), value.error()));
  }
  void fail(Error error) { error_ = std::move(error); }

  ObjectReader reader_;
  std::optional<Error> error_;
};

void append_number(std::string& out, std::optional<float> number) {
  if (number) fmt::format_to(std::back_inserter(out), "{:.6g}", *number);
}

constexpr std::array<CsvColumn<Record>, 12> kFirstColumns{{
    {"id", [](std::string& out, const Record& record) { out += record.id.to_string(); }},
    {"event_id", [](std::string& out, const Record& record) { out += record.event.to_string(); }},
    {"person_id", [](std::string& out, const Record& record) { out += record.person.id.to_string(); }},
    {"person_code", [](std::string& out, const Record& record) { append_csv_text(out, record.person.code); }},
    {"person_name", [](std::string& out, const Record& record) { append_csv_text(out, record.person.name); }},
    {"camera_id", [](std::string& out, const Record& record) { append_csv_text(out, record.camera.value); }},
    {"captured_at", [](std::string& out, const Record& record) { out += to_rfc3339(record.captured_at); }},
    {"received_at", [](std::string& out, const Record& record) { out += to_rfc3339(record.received_at); }},
    {"model", [](std::string& out, const Record& record) { append_csv_text(out, record.model.value); }},
    {"similarity", [](std::string& out, const Record& record) { append_number(out, record.similarity); }},
    {"runner_up", [](std::string& out, const Record& record) { append_number(out, record.runner_up); }},
    {"threshold", [](std::string& out, const Record& record) { append_number(out, record.threshold); }},
}};
constexpr std::array<CsvColumn<Record>, 2> kLastColumns{{
    {"score", [](std::string& out, const Record& record) { append_number(out, record.score); }},
    {"threshold_source",
     [](std::string& out, const Record& record) {
       if (record.threshold_source) out += to_string(*record.threshold_source);
     }},
}};

constexpr std::size_t kFirstScores = 2;  // that had columns before kLastColumns were added

template <std::size_t kIndex>
void append_score(std::string& out, const Record& record) {
  append_number(out, record.scores.*kFaceScores[kIndex].value);
}

template <std::size_t... kIndices>
constexpr auto all_columns(std::index_sequence<kIndices...> /*scores*/) {
  constexpr std::size_t kScores = sizeof...(kIndices);
  std::array<CsvColumn<Record>, kFirstColumns.size() + kScores + kLastColumns.size()> columns{};
  const std::array<CsvColumn<Record>, kScores> scores{
      {{kFaceScores[kIndices].name, append_score<kIndices>}...}};
  auto next = std::copy(kFirstColumns.begin(), kFirstColumns.end(), columns.begin());
  // Readers count columns, so what came later stands behind the others.
  next = std::copy_n(scores.begin(), kFirstScores, next);
  next = std::copy(kLastColumns.begin(), kLastColumns.end(), next);
  std::copy(scores.begin() + kFirstScores, scores.end(), next);
  return columns;
}
constexpr auto kColumns = all_columns(std::make_index_sequence<kFaceScores.size()>());

}  // namespace

void write_scores(JsonWriter& out, const FaceScores& scores) {
  for (const FaceScore& score : kFaceScores) out.key(score.name).number(scores.*score.value);
}

void write_attendance(JsonWriter& out, const Record& record) {
  out.begin_object().key("id").text(record.id.to_string());
  out.key("event_id").text(record.event.to_string());
  out.key("person").begin_object().key("id").text(record.person.id.to_string());
  out.key("code").text(record.person.code).key("name").text(record.person.name).end_object();
  out.key("camera_id").text(record.camera.value);
  out.key("captured_at").text(to_rfc3339(record.captured_at));
  out.key("received_at").text(to_rfc3339(record.received_at));
  out.key("model").text(record.model.value);
  out.key("similarity").number(static_cast<double>(record.similarity));
  out.key("runner_up").number(record.runner_up);
  out.key("score").number(record.score);
  out.key("threshold").number(static_cast<double>(record.threshold));
  out.key("threshold_source");
  record.threshold_source ? out.text(to_string(*record.threshold_source)) : out.null();
  write_scores(out, record.scores);
  out.end_object();
}

Result<Record> read_attendance(const boost::json::object& object) {
  Record record;
  FieldReader fields(object, {});
  fields.id("id", record.id);
  fields.id("event_id", record.event);
  fields.object("person", [&](FieldReader& person) {
    person.id("id", record.person.id);
    person.text("code", record.person.code);
    person.text("name", record.person.name);
  });
  fields.text("camera_id", record.camera.value);
  fields.time("captured_at", record.captured_at);
  fields.time("received_at", record.received_at);
  fields.text("model", record.model.value);
  fields.number("similarity", record.similarity);
  fields.number("runner_up", record.runner_up);
  fields.number("score", record.score);
  fields.number("threshold", record.threshold);
  fields.source("threshold_source", record.threshold_source);
  for (const FaceScore& score : kFaceScores) fields.number(score.name, record.scores.*score.value);
  if (fields.error()) return *fields.error();
  return record;
}

std::span<const CsvColumn<Record>> attendance_columns() { return kColumns; }

}  // namespace sas::protocol
