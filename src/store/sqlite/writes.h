#pragma once
// What changes the database, as functions of an open transaction. Each either returns an error before it has
// written anything, or throws SQLite::Exception, upon which the caller rolls back: so requests share a
// transaction without savepoints.

#include <map>
#include <utility>

#include "base/error.h"
#include "domain/attendance.h"
#include "domain/person.h"
#include "store/case_folder.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

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

// A sighting less its embedding, which is never stored.
struct SightingRow {
  EventId event;
  OrganisationId organisation;
  CameraId camera;
  ModelId model;
  Timestamp captured_at;
  Timestamp received_at;
  std::optional<float> liveness;
  std::optional<float> quality;
  std::optional<Timestamp> sent_at;
};

[[nodiscard]] Result<void> add_person(WriteContext& context, const Person& person,
                                      const std::vector<FaceTemplate>& faces);
[[nodiscard]] Result<Person> update_person(WriteContext& context, OrganisationId organisation, PersonId id,
                                           const PersonChange& change, Timestamp now);
[[nodiscard]] Result<void> remove_person(WriteContext& context, OrganisationId organisation, PersonId id,
                                         Timestamp now);
[[nodiscard]] Result<void> add_face(WriteContext& context, const FaceTemplate& face);
[[nodiscard]] Result<void> remove_face(WriteContext& context, OrganisationId organisation, PersonId person,
                                       FaceId face);
// `live_within`: see SqliteOptions.
[[nodiscard]] Result<Decision> record(WriteContext& context, const SightingRow& sighting,
                                      const Decision& proposed, std::chrono::seconds window,
                                      std::chrono::microseconds live_within);
[[nodiscard]] Result<void> heartbeat(WriteContext& context, const Heartbeat& said);
// Changes a row that means nothing, to see that changing works.
[[nodiscard]] Result<void> touch(WriteContext& context);

}  // namespace sas::sqlite
