#include "edge/attendance_log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "edge/local_time.h"
#include "edge/text_table.h"
#include "protocol/json_reader.h"

namespace sas::edge {
namespace {

constexpr std::size_t kPage = 500;

struct Line {
  Timestamp captured_at;
  std::string id, code, name, camera;
  std::optional<double> similarity, runner_up, threshold;
};

Error strange(const std::string& why) {
  return Error::of(ErrorKind::unavailable, "strange_answer",
                   "the server's attendance log is not understood (" + why +
                       "); are attend and attendd of the same version?");
}

Result<Line> read_line(const boost::json::value& value) {
  if (!value.is_object()) return strange("a line is not an object");
  const protocol::ObjectReader reader(value.get_object());
  const auto person = reader.optional_object("person");
  if (!person) return strange(person.error().message);
  if (*person == nullptr) return strange("a line without a person");
  const protocol::ObjectReader who(**person);
  auto captured = reader.text("captured_at");
  auto id = reader.text("id");
  auto camera = reader.text("camera_id");
  auto code = who.text("code");
  auto name = who.text("name");
  auto similarity = reader.optional_number("similarity");
  auto runner_up = reader.optional_number("runner_up");
  auto threshold = reader.optional_number("threshold");
  for (const auto* text : {&captured, &id, &camera, &code, &name}) {
    if (!*text) return strange(text->error().message);
  }
  for (const auto* number : {&similarity, &runner_up, &threshold}) {
    if (!*number) return strange(number->error().message);
  }
  auto time = parse_rfc3339(*captured);
  if (!time) return strange(time.error().message);
  return Line{*time, *id, *code, *name, *camera, *similarity, *runner_up, *threshold};
}

std::string digits(const std::optional<double>& value, int count) {
  if (!value) return {};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", count, *value);
  return text.data();
}

}  // namespace

Result<LogLines> fetch_log(ApiClient& client, const LogQuery& query) {
  LogLines lines;
  std::optional<std::string> cursor;
  for (;;) {
    const std::size_t wanted = query.limit == 0 ? kPage : std::min(kPage, query.limit - lines.items.size());
    std::vector<std::pair<std::string, std::string>> parameters{{"limit", std::to_string(wanted)}};
    if (query.from) parameters.emplace_back("from", to_rfc3339(*query.from));
    if (query.to) parameters.emplace_back("to", to_rfc3339(*query.to));
    if (query.person) parameters.emplace_back("person", *query.person);
    if (query.camera) parameters.emplace_back("camera", *query.camera);
    if (cursor) parameters.emplace_back("cursor", *cursor);
    auto body = client.get("/api/v1/attendance" + query_string(parameters));
    if (!body) return body.error();
    const auto page = protocol::parse_object(*body);
    if (!page) return strange(page.error().message);
    const protocol::ObjectReader reader(*page);
    const auto items = reader.optional_array("items");
    if (!items) return strange(items.error().message);
    if (*items == nullptr) return strange("no \"items\"");
    for (const auto& item : **items) lines.items.push_back(item);
    auto next = reader.optional_text("next_cursor");
    if (!next) return strange(next.error().message);
    if (!*next) return lines;
    if (query.limit != 0 && lines.items.size() >= query.limit) {
      lines.more = true;
      return lines;
    }
    if ((*items)->empty()) return strange("an empty page that is not the last");
    cursor = std::move(*next);
  }
}

Result<std::string> log_as_table(const boost::json::array& items) {
  std::vector<std::vector<std::string>> rows{{"TIME", "NAME", "CODE", "CAMERA", "SIMILARITY"}};
  for (const auto& item : items) {
    const auto line = read_line(item);
    if (!line) return line.error();
    rows.push_back(
        {to_local(line->captured_at), line->name, line->code, line->camera, digits(line->similarity, 3)});
  }
  return format_table(rows);
}

Result<std::string> log_as_csv(const boost::json::array& items) {
  std::string text = csv_line(
      {"captured_at", "code", "name", "camera_id", "similarity", "runner_up", "threshold", "attendance_id"});
  for (const auto& item : items) {
    const auto line = read_line(item);
    if (!line) return line.error();
    text += csv_line({to_rfc3339(line->captured_at), line->code, line->name, line->camera,
                      digits(line->similarity, 6), digits(line->runner_up, 6), digits(line->threshold, 6),
                      line->id});
  }
  return text;
}

}  // namespace sas::edge
