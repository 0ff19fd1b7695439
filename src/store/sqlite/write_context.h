#pragma once
// An open transaction of the writer. What runs in it either returns an error before it has written anything, or throws
// SQLite::Exception, upon which the writer rolls back: so requests share a transaction without savepoints.

#include <map>
#include <optional>
#include <utility>

#include "domain/attendance.h"
#include "domain/caller.h"
#include "domain/feed_entry.h"
#include "store/case_folder.h"
#include "store/sqlite/connection.h"

namespace sas::sqlite {

// An entry of the feed, by the ids in it.
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

// Entries of the feed that the transaction adds.
class FeedTally {
 public:
  void add(Connection& connection, const FeedRow& row);
  // Whether any was added.
  [[nodiscard]] bool any() const { return any_; }

 private:
  bool any_ = false;
};

// What the events of one transaction say of their cameras, written once a camera instead of once an event.
class CameraTally {
 public:
  struct Seen {
    Timestamp first_seen;
    Timestamp last_seen;
    std::optional<std::chrono::microseconds> clock_skew;  // of the last event that told it
    std::int64_t events = 0;
    Subject subject;  // of the first of them
  };
  void add(OrganisationId organisation, const CameraId& camera, Timestamp received_at,
           std::optional<std::chrono::microseconds> clock_skew, const Subject& subject);
  // Cameras heard of for the first time get an entry in the feed.
  void write(Connection& connection, FeedTally& feed) const;

 private:
  std::map<std::pair<OrganisationId, CameraId>, Seen> cameras_;
};

struct WriteContext {
  Connection& connection;
  CameraTally& cameras;
  FeedTally& feed;
  const store::CaseFolder& folder;
};

}  // namespace sas::sqlite
