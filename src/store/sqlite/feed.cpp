#include "store/sqlite/feed.h"

#include <charconv>
#include <string>
#include <utility>

#include "store/feed_queries.h"
#include "store/refusals.h"
#include "store/sqlite/tally.h"

namespace sas::store::sqlite {
namespace {

std::int64_t newest(Connection& connection) {
  Query query(connection, "SELECT coalesce(max(position), 0) FROM feed");
  return query.next() ? query.integer(0) : 0;
}

Result<FeedPage> read_after(Connection& connection, const FeedPosition& position, std::size_t limit) {
  std::int64_t from = 0;
  const std::string& text = position.value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), from);
  if (!text.empty() && (error != std::errc{} || end != text.data() + text.size() || from < 0))
    return store::invalid_position(position);
  Query rows(connection,
             "SELECT " + store::kFeedColumns + ", f.position" + store::kFeedTables +
                 "WHERE f.position > ? ORDER BY f.position LIMIT ?",
             from, static_cast<std::int64_t>(limit));
  FeedPage page{.entries = {}, .position = position, .complete = true};
  std::size_t read = 0;
  while (rows.next()) {
    ++read;
    page.position.value = std::to_string(rows.integer(store::kFeedWidth));
    if (auto entry = store::read_entry(rows, outcome_of)) page.entries.push_back(std::move(*entry));
  }
  if (read == 0 && newest(connection) < from) return store::feed_went_back();
  page.complete = read < limit;
  return page;
}

}  // namespace

Task<Result<FeedPosition>> SqliteFeed::end() {
  return database_.read<FeedPosition>([](Connection& connection) -> Result<FeedPosition> {
    return FeedPosition{std::to_string(newest(connection))};
  });
}

Task<Result<FeedPage>> SqliteFeed::after(FeedPosition position, std::size_t limit) {
  return database_.read<FeedPage>([position = std::move(position), limit](Connection& connection) {
    return read_after(connection, position, limit);
  });
}

Task<Result<std::int64_t>> SqliteFeed::trim(Timestamp before) {
  return database_.write<std::int64_t>([before](WriteContext& context) -> Result<std::int64_t> {
    // Entries are almost in chronological order: delete up to the first one that is not old.
    Query trimming(
        context.connection,
        "DELETE FROM feed WHERE position < (SELECT coalesce(min(position), (SELECT max(position) FROM feed)) "
        "FROM feed WHERE at >= ?)",
        before);
    return trimming.run();
  });
}

}  // namespace sas::store::sqlite
