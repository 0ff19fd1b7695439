#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/feed.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

// A position is "transaction.sequence". Readers read only rows of transactions older than the oldest running one,
// so that they do not miss rows that are committed late (docs/adr/0066).
class PostgresFeed final : public Feed {
 public:
  // Both outlive it.
  PostgresFeed(Pool& pool, FeedSignal& signal) : pool_(pool), signal_(signal) {}

  [[nodiscard]] Task<Result<FeedPosition>> end() override;
  [[nodiscard]] Task<Result<FeedPage>> after(FeedPosition position, std::size_t limit) override;
  [[nodiscard]] Task<Result<std::int64_t>> trim(Timestamp before) override;
  [[nodiscard]] FeedSignal& signal() override { return signal_; }
  [[nodiscard]] bool is_shared() const override { return true; }

 private:
  Pool& pool_;
  FeedSignal& signal_;
};

// The subjects of an entry.
struct FeedSubjects {
  std::optional<PersonId> person = {};
  std::optional<FaceId> face = {};
  std::optional<CameraId> camera = {};
};

// SQL that inserts an entry for each row of `source` (" FROM changed", " WHERE EXISTS (…)"; empty: one entry). Adds
// its values to `parameters`, the parameters of the whole statement.
[[nodiscard]] std::string insert_entry(Parameters& parameters, const Caller& caller, Timestamp at,
                                       FeedEntry::Kind kind, const FeedSubjects& of,
                                       std::string_view source = {});

}  // namespace sas::store::postgres
