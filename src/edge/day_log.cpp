#include "edge/day_log.h"

#include <array>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/csv.h"
#include "edge/local_time.h"
#include "edge/text_table.h"
#include "protocol/json_reader.h"

namespace sas::edge {
namespace {

struct DayLine {
  std::string date;
  std::string code;
  std::string name;
  std::optional<Timestamp> first_at;
  std::optional<Timestamp> last_seen_at;
  int records = 0;
  int sightings = 0;
  std::optional<double> coverage;
};

Result<std::optional<Timestamp>> time_in(const protocol::ObjectReader& reader, std::string_view name) {
  const auto text = reader.optional_text(name);
  if (!text) return text.error();
  if (!*text) return std::optional<Timestamp>();
  const auto time = parse_rfc3339(**text);
  if (!time) return time.error();
  return std::optional(*time);
}

Result<DayLine> parse_day(const boost::json::object& object) {
  const protocol::ObjectReader reader(object);
  DayLine line;
  auto date = reader.text("date");
  if (!date) return date.error();
  line.date = std::move(*date);
  const auto person = reader.optional_object("person");
  if (!person) return person.error();
  if (*person == nullptr) return reader.missing("person", "an object");
  const protocol::ObjectReader whose(**person, "person");
  auto code = whose.text("code");
  if (!code) return code.error();
  line.code = std::move(*code);
  auto name = whose.text("name");
  if (!name) return name.error();
  line.name = std::move(*name);
  const auto first = time_in(reader, "first_at");
  if (!first) return first.error();
  line.first_at = *first;
  const auto last = time_in(reader, "last_seen_at");
  if (!last) return last.error();
  line.last_seen_at = *last;
  const auto records = reader.optional_number("records");
  if (!records) return records.error();
  line.records = static_cast<int>(records->value_or(0));
  const auto sightings = reader.optional_number("sightings");
  if (!sightings) return sightings.error();
  line.sightings = static_cast<int>(sightings->value_or(0));
  const auto coverage = reader.optional_number("coverage");
  if (!coverage) return coverage.error();
  line.coverage = *coverage;
  return line;
}

Result<DayLine> read_day(const boost::json::value& value) {
  if (!value.is_object()) return strange_log("a line is not an object");
  auto line = parse_day(value.get_object());
  if (!line) return strange_log(line.error().message);
  return line;
}

constexpr std::array<CsvColumn<DayLine>, 8> kDayColumns{{
    {"date", [](std::string& out, const DayLine& line) { append_csv_text(out, line.date); }},
    {"code", [](std::string& out, const DayLine& line) { append_csv_text(out, line.code); }},
    {"name", [](std::string& out, const DayLine& line) { append_csv_text(out, line.name); }},
    {"first_at",
     [](std::string& out, const DayLine& line) {
       if (line.first_at) out += to_rfc3339(*line.first_at);
     }},
    {"last_seen_at",
     [](std::string& out, const DayLine& line) {
       if (line.last_seen_at) out += to_rfc3339(*line.last_seen_at);
     }},
    {"records", [](std::string& out, const DayLine& line) { out += std::to_string(line.records); }},
    {"sightings", [](std::string& out, const DayLine& line) { out += std::to_string(line.sightings); }},
    {"coverage",
     [](std::string& out, const DayLine& line) {
       if (line.coverage) fmt::format_to(std::back_inserter(out), "{:.4g}", *line.coverage);
     }},
}};

}  // namespace

Result<LogLines> fetch_days(ApiClient& client, const DayLogQuery& query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (query.from) parameters.emplace_back("from", *query.from);
  if (query.to) parameters.emplace_back("to", *query.to);
  if (query.person) parameters.emplace_back("person", *query.person);
  if (query.seen) parameters.emplace_back("seen", *query.seen);
  return fetch_lines(client, "/api/v1/days", parameters, query.limit);
}

Result<std::string> days_as_table(const boost::json::array& items) {
  std::vector<std::vector<std::string>> rows{
      {"DATE", "NAME", "CODE", "FIRST", "LAST SEEN", "RECORDS", "SIGHTINGS", "WATCHED"}};
  const auto shown = [](const std::optional<Timestamp>& time) {
    return time ? to_local(*time) : std::string("-");
  };
  for (const auto& item : items) {
    const auto line = read_day(item);
    if (!line) return line.error();
    rows.push_back({line->date, line->name, line->code, shown(line->first_at), shown(line->last_seen_at),
                    std::to_string(line->records), std::to_string(line->sightings),
                    line->coverage ? fmt::format("{:.0f} %", 100 * *line->coverage) : "-"});
  }
  return format_table(rows);
}

Result<std::string> days_as_csv(const boost::json::array& items) {
  const std::span<const CsvColumn<DayLine>> columns = kDayColumns;
  std::string text;
  append_csv_header(text, columns);
  for (const auto& item : items) {
    const auto line = read_day(item);
    if (!line) return line.error();
    append_csv_row(text, columns, *line);
  }
  return text;
}

}  // namespace sas::edge
