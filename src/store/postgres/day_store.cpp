#include "store/postgres/day_store.h"

#include <optional>
#include <utility>

#include "store/day_queries.h"
#include "store/postgres/log_store.h"
#include "store/postgres/statements.h"

namespace sas::store::postgres {
namespace {

Task<Result<Page<PersonDay>>> read_days(Connection& connection, const DayQuery& query) {
  std::optional<PersonId> person;
  if (query.person) {
    auto naming = named_person(connection, query.organisation, *query.person);
    const auto named = co_await std::move(naming);
    if (!named) co_return named.error();
    if (!*named) co_return Page<PersonDay>();
    person = *named;
  }
  auto pages = store::DayPages::of(query, person);
  if (!pages) co_return pages.error();
  while (const auto statement = pages->next_people()) {
    auto listing = ask_all<PersonRef>(connection, command_of(*statement),
                                      [](const Rows::Row& row) { return store::read_day_person(row); });
    auto people = co_await std::move(listing);
    if (!people) co_return people.error();
    pages->take_people(std::move(*people));
    store::Statement with(
        "WITH days (number, first, past) AS MATERIALIZED (SELECT (value->>0)::bigint, "
        "to_timestamp((value->>1)::bigint), "
        "to_timestamp((value->>2)::bigint) FROM json_array_elements(");
    with.then("", pages->days_as_json()).then("::json)) ");
    const auto counting = pages->figures(std::move(with), store::JoinOrder::chosen);
    if (!counting) continue;
    auto asking = ask_all<store::DayFigures>(connection, command_of(*counting),
                                             [](const Rows::Row& row) { return store::read_figures(row); });
    const auto figures = co_await std::move(asking);
    if (!figures) co_return figures.error();
    pages->take_figures(*figures);
  }
  co_return pages->page();
}

Task<Result<std::vector<Tallies::Watched>>> read_watched(Connection& connection, OrganisationId organisation,
                                                         Interval range) {
  return ask_all<Tallies::Watched>(
      connection, command_of(store::watched_intervals(organisation, range)), [](const Rows::Row& row) {
        return Tallies::Watched{CameraId{row.text(0)}, {row.time(1), row.time(2)}};
      });
}

}  // namespace

Task<Result<Page<PersonDay>>> PostgresDayStore::days(DayQuery query) {
  return pool_.with<Page<PersonDay>>(
      [query = std::move(query)](Connection& connection) { return read_days(connection, query); },
      Repeat::if_lost);
}

Task<Result<std::vector<Tallies::Watched>>> PostgresDayStore::watched(OrganisationId organisation,
                                                                      Interval range) {
  return pool_.with<std::vector<Tallies::Watched>>(
      [organisation, range](Connection& connection) { return read_watched(connection, organisation, range); },
      Repeat::if_lost);
}

}  // namespace sas::store::postgres
