#pragma once
// Makes a page of days out of what a database counts. The people of the page are read in portions, in the order of the
// list, and what each of them did is grouped by the database; the lines in between, of days without anything, are made
// here.
//
//   auto pages = DayPages::of(query, person);
//   while (auto people = pages->next_people()) {
//     pages->take_people(read_people(*people));
//     if (auto figures = pages->figures(days, order)) pages->take_figures(read_figures(*figures));
//   }
//   return pages->page();

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/cursor.h"
#include "store/days.h"
#include "store/statement.h"

namespace sas::store {

// What a person did on a day on which they were seen.
struct DayFigures {
  PersonId person;
  std::size_t day = 0;  // its index in DayQuery::days
  std::int64_t records = 0;
  std::int64_t sightings = 0;
  std::optional<Timestamp> first_at;
  Timestamp last_seen_at;
};

// How a database orders the tables of a CROSS JOIN.
enum class JoinOrder {
  as_written,  // SQLite: each day of a person is a range of the index
  chosen       // PostgreSQL: the days of a person are one range of the index, which has to be stated
};

class DayPages {
 public:
  // `person`: the one that query.person names. invalid_argument "invalid_cursor".
  [[nodiscard]] static Result<DayPages> of(DayQuery query, std::optional<PersonId> person);

  // Selects the next portion of people: id, code, name. None: the page is complete.
  [[nodiscard]] std::optional<Statement> next_people();
  void take_people(std::vector<PersonRef> people);
  // Selects the columns of read_figures() for the portion. `days` begins the statement: a table expression "WITH days
  // (number, first, past) AS MATERIALIZED (…) " of the query's days. None: the portion is empty.
  [[nodiscard]] std::optional<Statement> figures(Statement days, JoinOrder order) const;
  void take_figures(const std::vector<DayFigures>& figures);
  [[nodiscard]] Page<PersonDay> page() { return std::move(page_); }

  // The days for a JSON function: [[number, first, past], …], times in seconds since 1970.
  [[nodiscard]] std::string days_as_json() const;

 private:
  enum class Part { enrolled, removed, done };
  DayPages(DayQuery query, std::optional<PersonId> person, std::optional<DayCursor> cursor);
  [[nodiscard]] std::size_t portion() const;
  [[nodiscard]] bool is_before_cursor(const PersonRef& person, Date date) const;
  // False: the page is complete.
  [[nodiscard]] bool add(PersonDay line);

  DayQuery query_;
  std::optional<PersonId> person_;
  std::optional<DayCursor> cursor_;  // of the page before
  Part part_ = Part::enrolled;
  std::optional<std::pair<std::string, PersonId>> last_;  // the last person read of this part
  std::size_t asked_ = 0;                                 // people
  std::vector<PersonRef> people_;
  std::size_t examined_ = 0;  // lines
  std::optional<DayCursor> last_examined_;
  Page<PersonDay> page_;
};

template <class Row>
[[nodiscard]] PersonRef read_day_person(const Row& row) {
  return {row.template id<PersonId>(0), row.text(1), row.text(2)};
}

template <class Row>
[[nodiscard]] DayFigures read_figures(const Row& row) {
  return {.person = row.template id<PersonId>(0),
          .day = static_cast<std::size_t>(row.integer(1)),
          .records = row.integer(2),
          .sightings = row.integer(3),
          .first_at = row.optional_time(4),
          .last_seen_at = row.time(5)};
}

[[nodiscard]] Statement watched_intervals(OrganisationId organisation, const Interval& range);

}  // namespace sas::store
