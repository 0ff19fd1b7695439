#pragma once

#include "audit/row.h"
#include "store/audit.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

// Adds a row in the transaction of the act. Throws SQLite::Exception.
void append_audit(Connection& connection, const audit::Entry& entry);

class SqliteAuditStore final : public AuditStore {
 public:
  // `database` outlives it.
  explicit SqliteAuditStore(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<void>> append(audit::Entry entry) override;
  [[nodiscard]] Task<Result<Page<audit::Row>>> rows(AuditQuery query) override;

 private:
  Database& database_;
};

}  // namespace sas::store::sqlite
