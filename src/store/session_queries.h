#pragma once
// The SQL of sessions, which is the same for every database.

#include <optional>
#include <string>

#include "store/sessions.h"
#include "store/statement.h"

namespace sas::store {

[[nodiscard]] Statement begin_session(const Session& session);
[[nodiscard]] Statement session_of_token(std::string token_hash);
[[nodiscard]] Statement session_of_id(SessionId id);
// Those that hold at `now`.
[[nodiscard]] Statement sessions_of(OrganisationId organisation, Timestamp now);
[[nodiscard]] Statement extend_session(SessionId id, Timestamp ends_at);
[[nodiscard]] Statement end_session(SessionId id, Timestamp at);
[[nodiscard]] Statement trim_sessions(Timestamp before);

template <class Row>
[[nodiscard]] Session read_session(const Row& row) {
  Session session{.id = row.template id<SessionId>(0),
                  .organisation = row.template id<OrganisationId>(1),
                  .token_hash = row.text(2),
                  .begun_at = row.time(3),
                  .ends_at = row.time(4),
                  .last_at = row.time(5),
                  .ended_at = row.optional_time(6)};
  if (!row.is_null(7)) session.key = row.template id<KeyId>(7);
  return session;
}

}  // namespace sas::store
