#include "store/sqlite/day_store.h"

#include <utility>

#include <SQLiteCpp/Transaction.h>

#include "store/day_queries.h"
#include "store/sqlite/log_store.h"

namespace sas::store::sqlite {
namespace {

Result<Page<PersonDay>> days(Connection& connection, const DayQuery& query) {
  SQLite::Transaction one_moment(connection.database());
  std::optional<PersonId> person;
  if (query.person) {
    person = named_person(connection, query.organisation, *query.person);
    if (!person) return Page<PersonDay>();
  }
  auto pages = store::DayPages::of(query, person);
  if (!pages) return pages.error();
  while (const auto statement = pages->next_people()) {
    std::vector<PersonRef> people;
    {
      Query rows(connection, *statement);
      while (rows.next()) people.push_back(store::read_day_person(rows));
    }
    pages->take_people(std::move(people));
    store::Statement with(
        "WITH days (number, first, past) AS MATERIALIZED (SELECT json_extract(value, '$[0]'), "
        "json_extract(value, '$[1]') * "
        "1000000, json_extract(value, '$[2]') * 1000000 FROM json_each(");
    with.then("", pages->days_as_json()).then(")) ");
    const auto counting = pages->figures(std::move(with), store::JoinOrder::as_written);
    if (!counting) continue;
    std::vector<store::DayFigures> figures;
    Query rows(connection, *counting);
    while (rows.next()) figures.push_back(store::read_figures(rows));
    pages->take_figures(figures);
  }
  return pages->page();
}

}  // namespace

Task<Result<Page<PersonDay>>> SqliteDayStore::days(DayQuery query) {
  return database_.read<Page<PersonDay>>(
      [query = std::move(query)](Connection& connection) { return sqlite::days(connection, query); });
}

Task<Result<std::vector<Tallies::Watched>>> SqliteDayStore::watched(OrganisationId organisation,
                                                                    Interval range) {
  using Found = std::vector<Tallies::Watched>;
  return database_.read<Found>([organisation, range](Connection& connection) -> Result<Found> {
    Found found;
    Query rows(connection, store::watched_intervals(organisation, range));
    while (rows.next()) found.push_back({CameraId{rows.text(0)}, {rows.time(1), rows.time(2)}});
    return found;
  });
}

}  // namespace sas::store::sqlite
