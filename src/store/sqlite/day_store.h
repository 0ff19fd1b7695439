#pragma once

#include "store/days.h"
#include "store/sqlite/database.h"

namespace sas::store::sqlite {

class SqliteDayStore final : public DayStore {
 public:
  // `database` outlives it.
  explicit SqliteDayStore(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<Page<PersonDay>>> days(DayQuery query) override;
  [[nodiscard]] Task<Result<std::vector<Tallies::Watched>>> watched(OrganisationId organisation,
                                                                    Interval range) override;

 private:
  Database& database_;
};

}  // namespace sas::store::sqlite
