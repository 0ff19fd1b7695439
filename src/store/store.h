#pragma once
// One database: its contracts are small, each with a suite of its own over every implementation.

#include "base/task.h"
#include "domain/ids.h"
#include "store/cameras.h"
#include "store/feed.h"
#include "store/log.h"
#include "store/people.h"
#include "store/templates.h"

namespace sas {

// The organisation that the first migration makes: the one that a server's API_KEY belongs to.
inline constexpr OrganisationId kFirstOrganisation{
    Uuid({0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1})};

// Thread-safe. Errors common to all its contracts: unavailable (the database does not answer;
// resource_exhausted when a bounded queue before it is full), data_loss (it is damaged), and
// failed_precondition "storage_full".
class Store {
 public:
  virtual ~Store() = default;

  // As long-lived as the Store.
  [[nodiscard]] virtual PeopleStore& people() = 0;
  [[nodiscard]] virtual TemplateStore& templates() = 0;
  [[nodiscard]] virtual LogStore& log() = 0;
  [[nodiscard]] virtual CameraStore& cameras() = 0;
  [[nodiscard]] virtual Feed& feed() = 0;

  // A cheap proof that reads and writes would work now.
  [[nodiscard]] virtual Task<Result<void>> ping() = 0;
};

}  // namespace sas
