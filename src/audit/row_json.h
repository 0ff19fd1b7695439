#pragma once
// A row as JSON: an item of GET /api/v1/audit, and a line of an export.

#include <boost/json/object.hpp>

#include "audit/row.h"
#include "base/error.h"

namespace sas::audit {

[[nodiscard]] boost::json::object to_json(const Row& row);
// The row exactly as it was, as far as its hash covers it. invalid_argument "invalid_audit_row".
[[nodiscard]] Result<Row> from_json(const boost::json::object& object);

}  // namespace sas::audit
