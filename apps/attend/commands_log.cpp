#include "attend/commands_log.h"

#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "attend/command_support.h"
#include "base/clock.h"
#include "edge/attendance_log.h"
#include "edge/local_time.h"
#include "protocol/json_writer.h"

namespace sas::attend {
namespace {

struct LogArguments {
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> person;
  std::optional<std::string> camera;
  std::size_t limit = 100;
  bool json = false;
  bool csv = false;
};

int run_log(const LogArguments& arguments) {
  const Timestamp now = SystemClock().now();
  edge::LogQuery query;
  if (arguments.from) {
    auto time = edge::parse_when(*arguments.from, edge::Bound::from, now);
    if (!time) return usage("--from: " + time.error().message);
    query.from = *time;
  }
  if (arguments.to) {
    auto time = edge::parse_when(*arguments.to, edge::Bound::to, now);
    if (!time) return usage("--to: " + time.error().message);
    query.to = *time;
  }
  if (query.from && query.to && *query.from >= *query.to) {
    return usage("--from " + *arguments.from + " is not before --to " + *arguments.to);
  }
  query.person = arguments.person;
  query.camera = arguments.camera;
  query.limit = arguments.limit;

  const auto config = load_config(false);
  if (!config) return fail(config.error());
  edge::ApiClient client(client_options(*config));
  const auto lines = edge::fetch_log(client, query);
  if (!lines) return fail(lines.error());
  if (arguments.json) {
    fmt::print("{}\n", protocol::JsonWriter().value(lines->items).take());
  } else {
    const auto text = arguments.csv ? edge::log_as_csv(lines->items) : edge::log_as_table(lines->items);
    if (!text) return fail(text.error());
    fmt::print("{}", *text);
  }
  if (lines->items.empty() && !arguments.json && !arguments.csv) fmt::print("No attendance recorded.\n");
  if (lines->more) {
    fmt::print(stderr, "attend: only the latest {} lines are shown; --limit 0 shows everything\n",
               query.limit);
  }
  return kDone;
}

}  // namespace

void add_log_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("log", "Show who was recorded, newest first");
  auto arguments = std::make_shared<LogArguments>();
  constexpr const char* kWhen =
      "2026-11-22, \"2026-11-22 08:30\", today, yesterday, now (local), or RFC 3339";
  command->add_option("--from", arguments->from, std::string("From then on: ") + kWhen);
  command->add_option("--to", arguments->to, std::string("Up to then; a day is included: ") + kWhen);
  command->add_option("--person", arguments->person, "Only this person: code or id");
  command->add_option("--camera", arguments->camera, "Only this camera");
  command->add_option("--limit", arguments->limit, "At most so many lines; 0: all")->capture_default_str();
  auto* json = command->add_flag("--json", arguments->json, "As JSON, for programs");
  command->add_flag("--csv", arguments->csv, "As CSV, for spreadsheets")->excludes(json);
  command->callback([arguments, &exit_code] { exit_code = run_log(*arguments); });
}

}  // namespace sas::attend
