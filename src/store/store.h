#pragma once
// One database, split into small contracts. Each has its own test suite that runs on every implementation.

#include "base/task.h"
#include "domain/ids.h"
#include "store/audit.h"
#include "store/cameras.h"
#include "store/days.h"
#include "store/feed.h"
#include "store/keys.h"
#include "store/log.h"
#include "store/people.h"
#include "store/sessions.h"
#include "store/templates.h"

namespace sas {

// The organisation created by the first migration, to which a server's API_KEY belongs.
inline constexpr OrganisationId kFirstOrganisation{
    Uuid({0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1})};

// Thread-safe. Errors common to all contracts: unavailable (the database does not answer), resource_exhausted (a
// bounded queue is full), data_loss (the database is damaged), failed_precondition "storage_full".
class Store {
 public:
  virtual ~Store() = default;

  // Live as long as the Store.
  [[nodiscard]] virtual PeopleStore& people() = 0;
  [[nodiscard]] virtual TemplateStore& templates() = 0;
  [[nodiscard]] virtual LogStore& log() = 0;
  [[nodiscard]] virtual DayStore& days() = 0;
  [[nodiscard]] virtual CameraStore& cameras() = 0;
  [[nodiscard]] virtual Feed& feed() = 0;
  [[nodiscard]] virtual SessionStore& sessions() = 0;
  [[nodiscard]] virtual AuditStore& audit() = 0;
  [[nodiscard]] virtual KeyStore& keys() = 0;

  // A cheap check that reads and writes work now.
  [[nodiscard]] virtual Task<Result<void>> ping() = 0;
};

}  // namespace sas
