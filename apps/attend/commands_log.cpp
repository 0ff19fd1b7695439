#include "attend/commands_log.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "attend/command_support.h"
#include "base/clock.h"
#include "domain/date.h"
#include "edge/attendance_log.h"
#include "edge/day_log.h"
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
  bool days = false;
  std::optional<std::string> seen;
};

// Prints what the server listed. `as_text`: the items as a table or as CSV. `nothing`: what to say if there are none.
int print_lines(const LogArguments& arguments, const Result<edge::LogLines>& lines,
                const Result<std::string>& as_text, const char* which, const char* nothing) {
  if (arguments.json) {
    fmt::print("{}\n", protocol::JsonWriter().value(lines->items).take());
  } else {
    if (!as_text) return fail(as_text.error());
    fmt::print("{}", *as_text);
  }
  if (lines->items.empty() && !arguments.json && !arguments.csv) fmt::print("{}\n", nothing);
  if (lines->more)
    fmt::print(stderr, "attend: only the {} {} lines are shown; --limit 0 shows everything\n", which,
               arguments.limit);
  return kDone;
}

int run_days(const LogArguments& arguments) {
  if (arguments.camera) return usage("--days is about people at all cameras; leave out --camera");
  for (const auto& [option, text] : {std::pair("--from", arguments.from), std::pair("--to", arguments.to)})
    if (text && !parse_date(*text))
      return usage(std::string(option) + ": with --days a date such as 2026-11-22 is expected");
  edge::DayLogQuery query{.from = arguments.from,
                          .to = arguments.to ? arguments.to : arguments.from,
                          .person = arguments.person,
                          .seen = arguments.seen,
                          .limit = arguments.limit};
  if (!query.from) query.from = query.to;
  const auto config = load_config(false);
  if (!config) return fail(config.error());
  edge::ApiClient client(client_options(*config));
  const auto lines = edge::fetch_days(client, query);
  if (!lines) return fail(lines.error());
  const auto text = arguments.csv ? edge::days_as_csv(lines->items) : edge::days_as_table(lines->items);
  return print_lines(arguments, lines, text, "first", "Nobody to list.");
}

int run_log(const LogArguments& arguments) {
  if (arguments.days) return run_days(arguments);
  if (arguments.seen) return usage("--seen belongs to --days");
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
  const auto text = arguments.csv ? edge::log_as_csv(lines->items) : edge::log_as_table(lines->items);
  return print_lines(arguments, lines, text, "latest", "No attendance recorded.");
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
  command->add_flag(
      "--days", arguments->days,
      "A line for each person and day of the site: first record, last seen, watched. --from and --to are "
      "then dates, both included; without them it is today");
  command->add_option("--seen", arguments->seen, "With --days: all, yes or no")
      ->check(CLI::IsMember({"all", "yes", "no"}));
  command->callback([arguments, &exit_code] { exit_code = run_log(*arguments); });
}

}  // namespace sas::attend
