#pragma once
// An open transaction of the writer. A request either returns an error before it writes anything, or throws
// SQLite::Exception, after which the writer rolls back. This allows requests to share a transaction without savepoints.

#include <map>
#include <optional>
#include <utility>

#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/feed_entry.h"
#include "store/sqlite/connection.h"

namespace sas::store::sqlite {

// The columns of a feed entry.
struct FeedRow {
  OrganisationId organisation;
  Timestamp at;
  FeedEntry::Kind kind;
  const Subject& subject;
  std::optional<EventId> event = {};
  std::optional<PersonId> person = {};
  std::optional<FaceId> face = {};
  std::optional<CameraId> camera = {};
};

// Adds feed entries in the transaction.
class FeedTally {
 public:
  void add(Connection& connection, const FeedRow& row);
  // Whether any entry was added.
  [[nodiscard]] bool any() const { return any_; }

 private:
  bool any_ = false;
};

// Collects what the events of one transaction report about their cameras, to write it once per camera instead of
// once per event.
class CameraTally {
 public:
  struct Seen {
    Timestamp first_seen;
    Timestamp last_seen;
    std::optional<std::chrono::microseconds> clock_skew;  // of the last event that reported it
    std::int64_t events = 0;
    Subject subject;  // of the first event
  };
  void add(OrganisationId organisation, const CameraId& camera, Timestamp received_at,
           std::optional<std::chrono::microseconds> clock_skew, const Subject& subject);
  // New cameras get a feed entry.
  void write(Connection& connection, FeedTally& feed) const;

 private:
  std::map<std::pair<OrganisationId, CameraId>, Seen> cameras_;
};

struct WriteContext {
  Connection& connection;
  CameraTally& cameras;
  FeedTally& feed;
};

}  // namespace sas::store::sqlite
