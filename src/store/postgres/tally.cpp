#include "store/postgres/tally.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace sas::store::postgres {
namespace {

// The columns first, past and shift (in seconds) of each offset.
constexpr char kOffsets[] =
    "WITH offsets AS (SELECT first, past, make_interval(secs => seconds) AS shift "
    "FROM unnest($1::timestamptz[], $2::timestamptz[], $3::bigint[]) AS o (first, past, seconds)) ";
constexpr char kInRange[] =
    "FROM offsets JOIN sightings s ON s.organisation_id = $4 AND s.captured_at >= first "
    "AND s.captured_at < past WHERE ($5::text IS NULL OR s.camera_id = $5) ";
// The start of the local hour or day as if local time were UTC; subtract the shift to get the actual time.
std::string local(const char* unit, const char* time) {
  return std::string("(date_trunc('") + unit + "', (" + time +
         " + shift) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')";
}

Parameters ranged(const TallyQuery& query) {
  std::vector<std::optional<Timestamp>> first;
  std::vector<std::optional<Timestamp>> past;
  std::vector<std::optional<std::int64_t>> seconds;
  for (const LocalOffset& each : query.offsets) {
    first.emplace_back(each.range.from);
    past.emplace_back(each.range.to);
    seconds.emplace_back(each.offset.count());
  }
  Parameters parameters;
  parameters.add_array(first).add_array(past).add_array(seconds).add(query.organisation);
  if (query.camera)
    parameters.add(query.camera->value);
  else
    parameters.add_null();
  return parameters;
}

Parameters plain(const TallyQuery& query) {
  Parameters parameters;
  parameters.add(query.organisation).add(query.range.from).add(query.range.to);
  if (query.camera)
    parameters.add(query.camera->value);
  else
    parameters.add_null();
  return parameters;
}

std::vector<Command> questions(const TallyQuery& query) {
  const std::string with = kOffsets;
  const std::string in_range = kInRange;
  std::vector<Command> commands;
  commands.push_back({"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"});
  commands.push_back({"SELECT count(*) FROM persons WHERE organisation_id = $1 AND deleted_at IS NULL",
                      Parameters().add(query.organisation)});
  commands.push_back(
      {"SELECT count(DISTINCT person_id) FROM attendance WHERE organisation_id = $1 "
       "AND captured_at >= $2 AND captured_at < $3 AND ($4::text IS NULL OR camera_id = $4)",
       plain(query)});
  commands.push_back({with + "SELECT " + local("hour", "s.captured_at") +
                          " - shift, s.camera_id, s.outcome, count(*) " + in_range +
                          "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
                      ranged(query)});
  // A day on which the clocks change has two offsets, but each person has only one first record.
  commands.push_back(
      {with + "SELECT " + local("hour", "earliest") + " - shift, day, count(*) FROM (SELECT " +
           local("day", "a.captured_at") +
           " AS day, min(a.captured_at) AS earliest "
           "FROM offsets JOIN attendance a ON a.organisation_id = $4 AND a.captured_at >= first "
           "AND a.captured_at < past WHERE ($5::text IS NULL OR a.camera_id = $5) "
           "GROUP BY a.person_id, 1) AS days "
           "JOIN offsets ON earliest >= first AND earliest < past GROUP BY 1, 2 ORDER BY 1, 2",
       ranged(query)});
  // A similarity is a float: 0.7F is slightly less than 0.7.
  commands.push_back(
      {with +
           "SELECT floor((s.similarity::float8 + 1) * 50 + 0.0001)::bigint, "
           "count(*) FILTER (WHERE s.outcome IN ('marked', 'cooldown')), "
           "count(*) FILTER (WHERE s.outcome IN ('unknown', 'ambiguous')) " +
           in_range +
           "AND s.similarity IS NOT NULL AND s.outcome NOT IN ('spoof', 'unproven') GROUP BY 1 ORDER BY 1",
       ranged(query)});
  commands.push_back({with + "SELECT DISTINCT s.threshold " + in_range +
                          "AND s.threshold_source IS DISTINCT FROM 'calibrated' ORDER BY 1",
                      ranged(query)});
  commands.push_back({with +
                          "SELECT floor(extract(epoch FROM s.received_at - s.captured_at) * 1000)::bigint, "
                          "count(*) " +
                          in_range +
                          "AND s.received_at >= s.captured_at AND s.received_at <= s.captured_at + "
                          "make_interval(secs => $6::bigint) GROUP BY 1 ORDER BY 1",
                      ranged(query).add(std::int64_t{kLiveDelay.count()})});
  commands.push_back(
      {"SELECT camera_id, starts, ends FROM camera_coverage WHERE organisation_id = $1 "
       "AND ends > $2 AND starts < $3 AND ($4::text IS NULL OR camera_id = $4) "
       "ORDER BY camera_id, ends",
       plain(query)});
  return commands;
}

}  // namespace

Outcome outcome_of(const std::string& text) {
  const auto outcome = parse_outcome(text);
  if (!outcome) throw std::runtime_error("an outcome in the database is none");
  return *outcome;
}

Task<Result<Tallies>> tallies(Connection& connection, const TallyQuery& query) {
  auto running = connection.run(questions(query));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  Tallies found;
  found.enrolled = answers->at(1).integer(0, 0);
  found.present = answers->at(2).integer(0, 0);
  const Rows& hours = answers->at(3);
  for (int i = 0; i < hours.size(); ++i)
    found.hours.push_back(
        {hours.time(i, 0), CameraId{hours.text(i, 1)}, outcome_of(hours.text(i, 2)), hours.integer(i, 3)});
  const Rows& arrivals = answers->at(4);
  for (int i = 0; i < arrivals.size(); ++i)
    found.arrivals.push_back({arrivals.time(i, 0), arrivals.time(i, 1), arrivals.integer(i, 2)});
  const Rows& bins = answers->at(5);
  for (int i = 0; i < bins.size(); ++i)
    found.bins.push_back({bins.integer(i, 0), bins.integer(i, 1), bins.integer(i, 2)});
  const Rows& thresholds = answers->at(6);
  for (int i = 0; i < thresholds.size(); ++i) found.thresholds.push_back(thresholds.real(i, 0));
  const Rows& delays = answers->at(7);
  for (int i = 0; i < delays.size(); ++i)
    found.delays.push_back({delays.integer(i, 0), delays.integer(i, 1)});
  const Rows& watched = answers->at(8);
  for (int i = 0; i < watched.size(); ++i)
    found.watched.push_back({CameraId{watched.text(i, 0)}, {watched.time(i, 1), watched.time(i, 2)}});
  co_return std::move(found);
}

}  // namespace sas::store::postgres
