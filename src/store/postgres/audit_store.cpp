#include "store/postgres/audit_store.h"

#include <utility>

#include "store/audit_queries.h"
#include "store/postgres/statements.h"

namespace sas::store::postgres {
namespace {

Task<Result<void>> append_row(Connection& connection, const audit::Entry& entry) {
  auto asking = ask(connection, append_audit(entry));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  co_return Result<void>{};
}

Task<Result<Page<audit::Row>>> read_rows(Connection& connection, const AuditQuery& query) {
  const auto statement = store::audit_page(query);
  if (!statement) co_return statement.error();
  auto asking = ask(connection, command_of(*statement));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  Page<audit::Row> page;
  for (int i = 0; i < rows->size(); ++i)
    if (!store::add_audit_row(page, query.page, store::read_audit(rows->row(i)))) break;
  co_return std::move(page);
}

}  // namespace

Command append_audit(const audit::Entry& entry, std::string_view condition) {
  Command command;
  command.parameters.add(entry.organisation)
      .add(entry.at)
      .add(entry.subject_kind)
      .add(entry.subject_id)
      .add(entry.subject_key)
      .add(entry.action)
      .add(entry.target)
      .add(entry.details);
  // The trigger audit_chain replaces what is 0 or empty here.
  command.sql =
      "INSERT INTO audit (organisation_id, at, subject_kind, subject_id, subject_key, action, target, "
      "details, "
      "sequence, previous_hash, hash) SELECT $1::uuid, $2::timestamptz, $3::text, $4::text, $5::text, "
      "$6::text, "
      "$7::text, $8::text, 0, '', ''" +
      std::string(condition);
  return command;
}

Command append_session_audit(SessionId session, Timestamp at, std::string_view action,
                             const std::optional<Subject>& by) {
  Command command;
  command.parameters.add(session).add(at).add(action);
  std::string subject = "'session', s.id::text, coalesce(s.key_id::text, '')";
  if (by) {
    command.parameters.add(to_string(by->kind)).add(by->id).add(by->key);
    subject = "$4::text, $5::text, $6::text";
  }
  command.sql =
      "INSERT INTO audit (organisation_id, at, subject_kind, subject_id, subject_key, action, target, "
      "details, "
      "sequence, previous_hash, hash) SELECT s.organisation_id, $2::timestamptz, " +
      subject +
      ", $3::text, 'session:' || s.id, '{}', 0, '', '' FROM sessions s "
      "WHERE s.id = $1 AND s.xmin = pg_current_xact_id()::xid";
  return command;
}

// Not repeated if the connection is lost: the row may be there.
Task<Result<void>> PostgresAuditStore::append(audit::Entry entry) {
  return pool_.with<void>(
      [entry = std::move(entry)](Connection& connection) { return append_row(connection, entry); });
}

Task<Result<Page<audit::Row>>> PostgresAuditStore::rows(AuditQuery query) {
  return pool_.with<Page<audit::Row>>(
      [query = std::move(query)](Connection& connection) { return read_rows(connection, query); },
      Repeat::if_lost);
}

}  // namespace sas::store::postgres
