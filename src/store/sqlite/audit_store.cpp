#include "store/sqlite/audit_store.h"

#include <utility>

#include "store/audit_queries.h"

namespace sas::store::sqlite {

// There is one writer, so nobody else adds a row between the two statements.
void append_audit(Connection& connection, const audit::Entry& entry) {
  audit::Row row{.sequence = 1, .entry = entry, .previous_hash = audit::no_hash(), .hash = {}};
  {
    Query last(connection,
               "SELECT sequence, hash FROM audit WHERE organisation_id = ? ORDER BY sequence DESC LIMIT 1",
               entry.organisation);
    if (last.next()) {
      row.sequence = last.integer(0) + 1;
      row.previous_hash = last.text(1);
    }
  }
  row.hash = audit::hash_of(row);
  Query(connection,
        "INSERT INTO audit (organisation_id, sequence, at, subject_kind, subject_id, subject_key, action, "
        "target, details, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entry.organisation, row.sequence, entry.at, entry.subject_kind, entry.subject_id, entry.subject_key,
        entry.action, entry.target, entry.details, row.previous_hash, row.hash)
      .run();
}

Task<Result<void>> SqliteAuditStore::append(audit::Entry entry) {
  return database_.write<void>([entry = std::move(entry)](WriteContext& context) -> Result<void> {
    append_audit(context.connection, entry);
    return {};
  });
}

Task<Result<Page<audit::Row>>> SqliteAuditStore::rows(AuditQuery query) {
  return database_.read<Page<audit::Row>>(
      [query = std::move(query)](Connection& connection) -> Result<Page<audit::Row>> {
        const auto statement = store::audit_page(query);
        if (!statement) return statement.error();
        Query rows(connection, *statement);
        Page<audit::Row> page;
        while (rows.next())
          if (!store::add_audit_row(page, query.page, store::read_audit(rows))) break;
        return page;
      });
}

}  // namespace sas::store::sqlite
