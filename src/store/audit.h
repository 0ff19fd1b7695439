#pragma once

#include "audit/row.h"
#include "base/task.h"
#include "store/page.h"

namespace sas {

struct AuditQuery {
  OrganisationId organisation;
  PageRequest page = {};
  bool oldest_first = false;  // else newest first
};

// The audit log: one chain of rows for each organisation, to which rows are only ever added. An act that changes the
// database adds its row in its own transaction, so that there is neither an act without a row nor a row without an act.
// The database refuses to change or delete rows. Thread-safe. Errors: see Store.
class AuditStore {
 public:
  virtual ~AuditStore() = default;

  // Adds a row for something that changed nothing else in the database, such as a refusal. Durable when it completes.
  [[nodiscard]] virtual Task<Result<void>> append(audit::Entry entry) = 0;
  // invalid_argument "invalid_cursor".
  [[nodiscard]] virtual Task<Result<Page<audit::Row>>> rows(AuditQuery query) = 0;
};

}  // namespace sas
