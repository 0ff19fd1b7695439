#pragma once

#include "store/feed.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

// A position is the row's number. Numbers are in commit order because only one thread writes.
class SqliteFeed final : public Feed {
 public:
  // `database` outlives it.
  explicit SqliteFeed(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<FeedPosition>> end() override;
  [[nodiscard]] Task<Result<FeedPage>> after(FeedPosition position, std::size_t limit) override;
  [[nodiscard]] Task<Result<std::int64_t>> trim(Timestamp before) override;
  [[nodiscard]] FeedSignal& signal() override { return database_.feed_signal(); }
  [[nodiscard]] bool is_shared() const override { return false; }

 private:
  Database& database_;
};

}  // namespace sas::store::sqlite
