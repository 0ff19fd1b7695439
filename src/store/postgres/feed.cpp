#include "store/postgres/feed.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "store/feed_queries.h"
#include "store/postgres/statements.h"
#include "store/postgres/tally.h"
#include "store/refusals.h"

namespace sas::store::postgres {
namespace {

struct Place {
  std::int64_t transaction = 0;
  std::int64_t sequence = 0;
};

bool parse(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= 0;
}

Result<Place> place_of(const FeedPosition& position) {
  Place place;
  if (position.value.empty()) return place;
  const auto dot = position.value.find('.');
  if (dot == std::string::npos ||
      !parse(std::string_view(position.value).substr(0, dot), place.transaction) ||
      !parse(std::string_view(position.value).substr(dot + 1), place.sequence))
    return store::invalid_position(position);
  return place;
}

FeedPosition position_of(std::int64_t transaction, std::int64_t sequence) {
  return {std::to_string(transaction) + "." + std::to_string(sequence)};
}

Task<Result<FeedPage>> read_after(Connection& connection, const FeedPosition& position, std::size_t limit) {
  const auto place = place_of(position);
  if (!place) co_return place.error();
  std::vector<Command> commands;
  commands.push_back({"SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"});
  commands.push_back(
      {"SELECT " + store::kFeedColumns + ", f.transaction::text::bigint, f.sequence" + store::kFeedTables +
           "WHERE (f.transaction, f.sequence) > ($1::bigint::text::xid8, $2) "
           "AND f.transaction < pg_snapshot_xmin(pg_current_snapshot()) "
           "ORDER BY f.transaction, f.sequence LIMIT $3",
       Parameters().add(place->transaction).add(place->sequence).add(static_cast<std::int64_t>(limit))});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const std::int64_t next_transaction = answers->at(0).integer(0, 0);
  if (place->transaction > next_transaction) co_return store::feed_went_back();
  const Rows& rows = answers->at(1);
  FeedPage page{
      .entries = {}, .position = position, .complete = static_cast<std::size_t>(rows.size()) < limit};
  for (int i = 0; i < rows.size(); ++i) {
    page.position = position_of(rows.integer(i, store::kFeedWidth), rows.integer(i, store::kFeedWidth + 1));
    if (auto entry = store::read_entry(rows.row(i), outcome_of)) page.entries.push_back(std::move(*entry));
  }
  co_return std::move(page);
}

Task<Result<FeedPosition>> read_end(Connection& connection) {
  // Everything that is not visible yet has this transaction number or a later one.
  auto asking = ask(connection, {"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"});
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  co_return position_of(rows->integer(0, 0), 0);
}

Task<Result<std::int64_t>> erase_before(Connection& connection, Timestamp before) {
  // Entries are almost in chronological order: delete up to the first one that is not old. Keep the newest.
  auto asking = ask(
      connection, {"DELETE FROM feed WHERE (transaction, sequence) < (SELECT transaction, sequence FROM feed "
                   "WHERE at >= $1 OR (transaction, sequence) = (SELECT transaction, sequence FROM feed "
                   "ORDER BY transaction DESC, sequence DESC LIMIT 1) "
                   "ORDER BY transaction, sequence LIMIT 1)",
                   Parameters().add(before)});
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  co_return rows->affected();
}

}  // namespace

Task<Result<FeedPosition>> PostgresFeed::end() {
  return pool_.with<FeedPosition>([](Connection& connection) { return read_end(connection); },
                                  Repeat::if_lost);
}

Task<Result<FeedPage>> PostgresFeed::after(FeedPosition position, std::size_t limit) {
  return pool_.with<FeedPage>([position = std::move(position), limit](
                                  Connection& connection) { return read_after(connection, position, limit); },
                              Repeat::if_lost);
}

Task<Result<std::int64_t>> PostgresFeed::trim(Timestamp before) {
  return pool_.with<std::int64_t>(
      [before](Connection& connection) { return erase_before(connection, before); }, Repeat::if_lost);
}

std::string insert_entry(Parameters& parameters, const Caller& caller, Timestamp at, FeedEntry::Kind kind,
                         const FeedSubjects& of, std::string_view source) {
  std::string sql =
      "INSERT INTO feed (organisation_id, at, kind, subject_kind, subject, person_id, face_id, camera_id) "
      "SELECT ";
  const auto next = [&](const char* type) { return "$" + std::to_string(parameters.size()) + "::" + type; };
  std::optional<std::string_view> camera;
  if (of.camera) camera = of.camera->value;
  parameters.add(caller.organisation);
  sql += next("uuid") + ", ";
  parameters.add(at);
  sql += next("timestamptz") + ", '" + std::string(to_string(kind)) + "', ";
  parameters.add(to_string(caller.subject.kind));
  sql += next("text") + ", ";
  parameters.add(caller.subject.id);
  sql += next("text") + ", ";
  parameters.add(of.person);
  sql += next("uuid") + ", ";
  parameters.add(of.face);
  sql += next("uuid") + ", ";
  parameters.add(camera);
  sql += next("text");
  return sql.append(source);
}

}  // namespace sas::store::postgres
