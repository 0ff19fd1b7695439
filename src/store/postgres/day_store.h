#pragma once

#include "store/days.h"
#include "store/postgres/client.h"

namespace sas::store::postgres {

class PostgresDayStore final : public DayStore {
 public:
  // `pool` outlives it.
  explicit PostgresDayStore(Pool& pool) : pool_(pool) {}

  [[nodiscard]] Task<Result<Page<PersonDay>>> days(DayQuery query) override;
  [[nodiscard]] Task<Result<std::vector<Tallies::Watched>>> watched(OrganisationId organisation,
                                                                    Interval range) override;

 private:
  Pool& pool_;
};

}  // namespace sas::store::postgres
