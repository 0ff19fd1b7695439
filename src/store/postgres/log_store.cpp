#include "store/postgres/log_store.h"

#include <optional>
#include <string>
#include <utility>

#include "store/log_queries.h"
#include "store/postgres/statements.h"
#include "store/postgres/tally.h"
#include "store/refusals.h"

namespace sas::store::postgres {
namespace {

Task<Result<Page<AttendanceRecord>>> attendance_page(Connection& connection, const AttendanceQuery& query) {
  std::optional<PersonId> person;
  if (query.person) {
    auto naming = named_person(connection, query.organisation, *query.person);
    const auto named = co_await std::move(naming);
    if (!named) co_return named.error();
    if (!*named) co_return Page<AttendanceRecord>();
    person = *named;
  }
  const auto statement = store::attendance_page(query, person);
  if (!statement) co_return statement.error();
  auto asking = ask_page<AttendanceRecord>(connection, command_of(*statement), query.page,
                                           [](const Rows::Row& row) { return store::read_record(row); });
  co_return co_await std::move(asking);
}

Task<Result<AttendanceRecord>> one_record(Connection& connection, OrganisationId organisation,
                                          AttendanceId id) {
  auto asking = ask(connection, command_of(store::one_record(organisation, id)));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return store::attendance_not_found(id);
  co_return store::read_record(rows->row(0));
}

Task<Result<Page<SightingRecord>>> sightings_page(Connection& connection, const SightingQuery& query) {
  const auto statement = store::sightings_page(query);
  if (!statement) co_return statement.error();
  auto asking =
      ask_page<SightingRecord>(connection, command_of(*statement), query.page,
                               [](const Rows::Row& row) { return store::read_sighting(row, outcome_of); });
  co_return co_await std::move(asking);
}

Task<Result<std::vector<ActiveMark>>> read_active_marks(Connection& connection, Timestamp now) {
  // Scans the whole log, but only once at startup. An index would make every mark more expensive.
  std::vector<Command> commands;
  commands.push_back({"SELECT set_config('enable_seqscan', 'on', true)"});
  commands.push_back(
      {"SELECT person_id, event_id, captured_at, cooldown_until FROM attendance WHERE cooldown_until > $1",
       Parameters().add(now), /*prepare=*/false});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->back();
  std::vector<ActiveMark> marks;
  marks.reserve(static_cast<std::size_t>(rows.size()));
  for (int i = 0; i < rows.size(); ++i)
    marks.push_back({rows.id<PersonId>(i, 0), rows.id<EventId>(i, 1), rows.time(i, 2), rows.time(i, 3)});
  co_return std::move(marks);
}

}  // namespace

Task<Result<std::optional<PersonId>>> named_person(Connection& connection, OrganisationId organisation,
                                                   std::string id_or_code) {
  std::vector<Command> commands;
  const auto id = PersonId::parse(id_or_code);
  if (id)
    commands.push_back({"SELECT id FROM persons WHERE id = $1 AND organisation_id = $2",
                        Parameters().add(*id).add(organisation)});
  commands.push_back(command_of(store::person_with_code(organisation, id_or_code)));
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  for (const Rows& rows : *answers)
    if (!rows.empty()) co_return std::optional(rows.id<PersonId>(0, 0));
  co_return std::optional<PersonId>();
}

Task<Result<Decision>> PostgresLogStore::record(const Caller& caller, Sighting sighting, Decision proposed,
                                                std::chrono::seconds window) {
  if (auto refused = store::refuse_foreign(caller, sighting.organisation)) co_return *refused;
  auto pending = recorder_.record(caller.subject, std::move(sighting), std::move(proposed), window);
  co_return co_await std::move(pending);
}

Task<Result<Page<AttendanceRecord>>> PostgresLogStore::attendance(AttendanceQuery query) {
  return pool_.with<Page<AttendanceRecord>>(
      [query = std::move(query)](Connection& connection) { return attendance_page(connection, query); },
      Repeat::if_lost);
}

Task<Result<AttendanceRecord>> PostgresLogStore::attendance_record(OrganisationId organisation,
                                                                   AttendanceId id) {
  return pool_.with<AttendanceRecord>(
      [=](Connection& connection) { return one_record(connection, organisation, id); }, Repeat::if_lost);
}

Task<Result<Page<SightingRecord>>> PostgresLogStore::sightings(SightingQuery query) {
  return pool_.with<Page<SightingRecord>>(
      [query = std::move(query)](Connection& connection) { return sightings_page(connection, query); },
      Repeat::if_lost);
}

Task<Result<Tallies>> PostgresLogStore::tallies(TallyQuery query) {
  return pool_.with<Tallies>(
      [query = std::move(query)](Connection& connection) { return postgres::tallies(connection, query); },
      Repeat::if_lost);
}

Task<Result<std::vector<ActiveMark>>> PostgresLogStore::active_marks(Timestamp now) {
  return pool_.with<std::vector<ActiveMark>>(
      [now](Connection& connection) { return read_active_marks(connection, now); }, Repeat::if_lost);
}

}  // namespace sas::store::postgres
