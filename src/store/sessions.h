#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "domain/ids.h"

namespace sas {

// A browser that signed in.
struct Session {
  SessionId id;  // for logs; proves nothing
  OrganisationId organisation;
  std::optional<KeyId> key = std::nullopt;  // that it signed in with; none: the key of the configuration
  std::string token_hash;                   // of what the browser shows
  Timestamp begun_at;
  Timestamp ends_at;                                 // without use
  Timestamp last_at;                                 // however much it is used
  std::optional<Timestamp> ended_at = std::nullopt;  // signed out

  [[nodiscard]] bool holds(Timestamp now) const { return !ended_at && now < ends_at && now < last_at; }
  bool operator==(const Session&) const = default;
};

// Sessions of all organisations, known to every server of the database. Thread-safe. A change is durable when it
// completes. Errors: see Store.
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  // The id and the hash are new.
  [[nodiscard]] virtual Task<Result<void>> begin(Session session) = 0;
  // Also one that is over, until trim() erases it; none: there is none.
  [[nodiscard]] virtual Task<Result<std::optional<Session>>> find_by_token(std::string token_hash) = 0;
  [[nodiscard]] virtual Task<Result<std::optional<Session>>> find(SessionId id) = 0;
  // Those that hold at `now`, oldest first.
  [[nodiscard]] virtual Task<Result<std::vector<Session>>> sessions(OrganisationId organisation,
                                                                    Timestamp now) = 0;
  // Moves ends_at later, never earlier. Does nothing to a session that was ended.
  [[nodiscard]] virtual Task<Result<void>> extend(SessionId id, Timestamp ends_at) = 0;
  // Signs out. Ending it again, or one that is not there, changes nothing.
  [[nodiscard]] virtual Task<Result<void>> end(SessionId id, Timestamp at) = 0;
  // Erases those whose ends_at or last_at is before `before`.
  [[nodiscard]] virtual Task<Result<void>> trim(Timestamp before) = 0;
};

}  // namespace sas
