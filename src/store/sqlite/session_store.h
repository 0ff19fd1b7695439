#pragma once

#include <string>
#include <vector>

#include "store/sessions.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

class SqliteSessionStore final : public SessionStore {
 public:
  // `database` outlives it.
  explicit SqliteSessionStore(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<void>> begin(Session session) override;
  [[nodiscard]] Task<Result<std::optional<Session>>> find_by_token(std::string token_hash) override;
  [[nodiscard]] Task<Result<std::optional<Session>>> find(SessionId id) override;
  [[nodiscard]] Task<Result<std::vector<Session>>> sessions(OrganisationId organisation,
                                                            Timestamp now) override;
  [[nodiscard]] Task<Result<void>> extend(SessionId id, Timestamp ends_at) override;
  [[nodiscard]] Task<Result<void>> end(SessionId id, Timestamp at) override;
  [[nodiscard]] Task<Result<void>> trim(Timestamp before) override;

 private:
  [[nodiscard]] Task<Result<void>> change(store::Statement statement);
  [[nodiscard]] Task<Result<std::optional<Session>>> one(store::Statement statement);

  Database& database_;
};

}  // namespace sas::store::sqlite
