#pragma once
// An open transaction of the writer. What runs in it either returns an error before it has written anything, or throws
// SQLite::Exception, upon which the writer rolls back: so requests share a transaction without savepoints.

#include <map>
#include <optional>
#include <utility>

#include "domain/attendance.h"
#include "domain/caller.h"
#include "store/case_folder.h"
#include "store/sqlite/connection.h"

namespace sas::sqlite {

// What the events of one transaction say of their cameras, written once a camera instead of once an event.
class CameraTally {
 public:
  struct Seen {
    Timestamp first_seen;
    Timestamp last_seen;
    std::optional<std::chrono::microseconds> clock_skew;  // of the last event that told it
    std::int64_t events = 0;
  };
  void add(OrganisationId organisation, const CameraId& camera, Timestamp received_at,
           std::optional<std::chrono::microseconds> clock_skew);
  void write(Connection& connection) const;

 private:
  std::map<std::pair<OrganisationId, CameraId>, Seen> cameras_;
};

struct WriteContext {
  Connection& connection;
  CameraTally& cameras;
  const store::CaseFolder& folder;
};

}  // namespace sas::sqlite
