#include "attend/commands_audit.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "attend/command_support.h"
#include "audit/chain.h"
#include "audit/row_json.h"
#include "edge/api_client.h"
#include "protocol/json_reader.h"

namespace sas::attend {
namespace {

// Gets a row and how the server sent it. An error ends the reading.
using TakeRow = std::function<Result<void>(const audit::Row& row, const boost::json::object& sent)>;

struct Reading {
  std::string order = "oldest";
  std::size_t limit = 1000;  // rows in a page
  bool first_page_only = false;
};

Error strange(const std::string& why) {
  return Error::of(
      ErrorKind::unavailable, "strange_answer",
      "the server's audit log is not understood (" + why + "); are attend and attendd of the same version?");
}

Result<void> read_log(edge::ApiClient& client, const Reading& how, const TakeRow& take) {
  std::optional<std::string> cursor;
  do {
    std::vector<std::pair<std::string, std::string>> parameters{{"limit", std::to_string(how.limit)},
                                                                {"order", how.order}};
    if (cursor) parameters.emplace_back("cursor", *cursor);
    const auto body = client.get("/api/v1/audit" + edge::query_string(parameters));
    if (!body) return body.error();
    const auto page = protocol::parse_object(*body);
    if (!page) return strange(page.error().message);
    const protocol::ObjectReader reader(*page);
    const auto items = reader.optional_array("items");
    if (!items) return strange(items.error().message);
    if (*items == nullptr) return strange("no \"items\"");
    for (const auto& item : **items) {
      if (!item.is_object()) return strange("a row is not an object");
      const auto row = audit::from_json(item.get_object());
      if (!row) return strange(row.error().message);
      if (auto taken = take(*row, item.get_object()); !taken) return taken;
    }
    auto next = reader.optional_text("next_cursor");
    if (!next) return strange(next.error().message);
    cursor = std::move(*next);
  } while (cursor && !how.first_page_only);
  return {};
}

// Runs `work` with a client for the configured server.
int with_client(const std::function<Result<void>(edge::ApiClient&)>& work) {
  const auto config = load_config(false);
  if (!config) return fail(config.error());
  edge::ApiClient client(client_options(*config));
  const auto done = work(client);
  return done ? kDone : fail(done.error());
}

Error broken_at(const audit::Break& broken) {
  return Error::of(
      ErrorKind::data_loss, "audit_broken",
      "the audit log is not whole: " + broken.why + "; compare it with an export or a backup from before");
}

int run_verify(const std::optional<std::string>& checkpoint_text) {
  std::optional<audit::Checkpoint> checkpoint;
  if (checkpoint_text) {
    const auto parsed = audit::parse_checkpoint(*checkpoint_text);
    if (!parsed) return usage("--checkpoint: " + parsed.error().message);
    checkpoint = *parsed;
  }
  return with_client([&](edge::ApiClient& client) -> Result<void> {
    audit::ChainCheck check(checkpoint);
    auto read = read_log(
        client, {}, [&check](const audit::Row& row, const boost::json::object& /*sent*/) -> Result<void> {
          if (const auto broken = check.add(row)) return broken_at(*broken);
          return {};
        });
    if (!read) return read;
    if (const auto broken = check.finish()) return broken_at(*broken);
    fmt::print("The audit log is whole: {} rows. Checkpoint: {}\n", check.last().sequence,
               audit::to_text(check.last()));
    return {};
  });
}

int run_export() {
  return with_client([](edge::ApiClient& client) {
    return read_log(client, {},
                    [](const audit::Row& /*row*/, const boost::json::object& sent) -> Result<void> {
                      fmt::print("{}\n", boost::json::serialize(sent));
                      return {};
                    });
  });
}

int run_checkpoint() {
  return with_client([](edge::ApiClient& client) -> Result<void> {
    audit::Checkpoint newest;
    auto read =
        read_log(client, {.order = "newest", .limit = 1, .first_page_only = true},
                 [&newest](const audit::Row& row, const boost::json::object& /*sent*/) -> Result<void> {
                   newest = {row.sequence, row.hash};
                   return {};
                 });
    if (read) fmt::print("{}\n", audit::to_text(newest));
    return read;
  });
}

}  // namespace

void add_audit_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("audit", "Verify or export the log of who did what");
  command->require_subcommand(1);
  auto* verify = command->add_subcommand(
      "verify", "Compute the hash of every row: whole, or the first row that was changed or is missing");
  auto checkpoint = std::make_shared<std::optional<std::string>>();
  verify->add_option(
      "--checkpoint", *checkpoint,
      "What \"attend audit checkpoint\" printed earlier: shows also whether the end was cut off");
  verify->callback([checkpoint, &exit_code] { exit_code = run_verify(*checkpoint); });
  command->add_subcommand("export", "Print every row as a line of JSON, oldest first")
      ->callback([&exit_code] { exit_code = run_export(); });
  command->add_subcommand("checkpoint", "Print the number and hash of the newest row, to keep elsewhere")
      ->callback([&exit_code] { exit_code = run_checkpoint(); });
}

}  // namespace sas::attend
