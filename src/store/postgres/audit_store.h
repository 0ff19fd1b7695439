#pragma once

#include <optional>
#include <string_view>

#include "audit/row.h"
#include "store/audit.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

// Adds a row in the transaction of the act; the database gives it its place in the chain. `condition` (" WHERE EXISTS (…)")
// may use no parameters. It must be the last command that locks anything: it makes other rows of the organisation wait.
[[nodiscard]] Command append_audit(const audit::Entry& entry, std::string_view condition = {});
// For a session that this transaction began or ended, and only then. `by`: see SessionStore::end().
[[nodiscard]] Command append_session_audit(SessionId session, Timestamp at, std::string_view action,
                                           const std::optional<Subject>& by);
// True in a transaction that added an entry to the feed.
inline constexpr std::string_view kIfTold =
    " WHERE EXISTS (SELECT FROM feed WHERE transaction = pg_current_xact_id())";

class PostgresAuditStore final : public AuditStore {
 public:
  // `pool` outlives it.
  explicit PostgresAuditStore(Pool& pool) : pool_(pool) {}

  [[nodiscard]] Task<Result<void>> append(audit::Entry entry) override;
  [[nodiscard]] Task<Result<Page<audit::Row>>> rows(AuditQuery query) override;

 private:
  Pool& pool_;
};

}  // namespace sas::store::postgres
