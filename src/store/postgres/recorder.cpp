#include "store/postgres/recorder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/completion.h"
#include "store/log_queries.h"
#include "store/postgres/tally.h"
#include "store/refusals.h"

namespace sas::store::postgres {

namespace asio = boost::asio;

namespace {

// Deadlocks and conflicts with writers other than this program are resolved by retrying.
constexpr int kAttempts = 4;

// Runs first. Records of one person wait for each other; because all groups lock in the same order, they cannot
// deadlock.
constexpr const char* kLockPeople = "SELECT 1 FROM persons WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";

// The arrays of the scores, which follow kColumns others.
std::string score_arrays() {
  constexpr std::size_t kColumns = 21;
  std::string arrays;
  for (std::size_t i = 1; i <= kFaceScores.size(); ++i)
    arrays += ", $" + std::to_string(kColumns + i) + "::real[]";
  return arrays;
}

// Returns no row for an event that exists already and for one whose person has been removed.
const std::string kRecord = R"(
  WITH proposed AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[],
                         $8::real[], $9::real[], $10::real[], $11::timestamptz[], $12::timestamptz[],
                         $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::bigint[],
                         $17::text[], $18::text[], $19::real[], $20::text[], $21::uuid[])" +
                            score_arrays() + R"()
      AS p (organisation_id, event_id, outcome, camera_id, model, person_id, attendance_id, similarity,
            runner_up, threshold, captured_at, received_at, cooldown_until, window_from, window_until, skew,
            subject_kind, subject, score, threshold_source, fingerprint)" +
                            store::score_columns("") + R"()
  ), decided AS (
    SELECT p.organisation_id, p.event_id, p.camera_id, p.model, p.person_id, p.similarity, p.runner_up,
           p.threshold, p.captured_at, p.received_at, p.skew, p.subject_kind, p.subject,
           p.score, p.threshold_source, p.fingerprint)" +
                            store::score_columns("p.") + R"(,
           CASE WHEN clash.until IS NULL THEN p.outcome ELSE 'cooldown' END AS outcome,
           CASE WHEN clash.until IS NULL THEN p.attendance_id END AS attendance_id,
           coalesce(clash.until, p.cooldown_until) AS cooldown_until, known.code, known.name
    FROM proposed p
    LEFT JOIN LATERAL (
      SELECT code, name FROM persons
      WHERE id = p.person_id AND organisation_id = p.organisation_id AND deleted_at IS NULL) known ON true
    LEFT JOIN LATERAL (
      SELECT a.cooldown_until AS until FROM attendance a
      WHERE p.outcome = 'marked' AND a.person_id = p.person_id AND a.captured_at > p.window_from
        AND a.captured_at < p.window_until
      ORDER BY a.captured_at DESC LIMIT 1) clash ON true
    WHERE p.person_id IS NULL OR known.code IS NOT NULL
  ), written AS (
    INSERT INTO sightings (organisation_id, event_id, outcome, camera_id, model, person_id, attendance_id,
                           similarity, runner_up, threshold, captured_at, received_at, cooldown_until, score,
                           threshold_source, fingerprint)" +
                            store::score_columns("") + R"()
    SELECT organisation_id, event_id, outcome, camera_id, model, person_id, attendance_id, similarity,
           runner_up, threshold, captured_at, received_at, cooldown_until, score, threshold_source, fingerprint)" +
                            store::score_columns("") + R"(
    FROM decided ORDER BY event_id
    ON CONFLICT DO NOTHING
    RETURNING organisation_id, event_id, outcome, camera_id, person_id, attendance_id, captured_at,
              received_at, cooldown_until
  ), marked AS (
    INSERT INTO attendance (organisation_id, event_id, id, person_id, camera_id, captured_at, cooldown_until)
    SELECT organisation_id, event_id, attendance_id, person_id, camera_id, captured_at, cooldown_until
    FROM written WHERE attendance_id IS NOT NULL ORDER BY person_id
  ), seen AS (
    INSERT INTO cameras AS c (organisation_id, id, first_seen, last_seen, clock_skew_us, events)
    SELECT w.organisation_id, w.camera_id, min(w.received_at), max(w.received_at),
           (array_agg(d.skew ORDER BY w.received_at DESC) FILTER (WHERE d.skew IS NOT NULL))[1], count(*)
    FROM written w JOIN decided d USING (organisation_id, event_id)
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (organisation_id, id) DO UPDATE SET
      first_seen = least(c.first_seen, excluded.first_seen),
      last_seen = greatest(c.last_seen, excluded.last_seen),
      clock_skew_us = coalesce(excluded.clock_skew_us, c.clock_skew_us),
      events = c.events + excluded.events
    RETURNING c.organisation_id, c.id, c.first_seen, xmax = 0 AS is_new
  ), told AS (
    INSERT INTO feed (organisation_id, at, kind, subject_kind, subject, event_id, camera_id)
    SELECT w.organisation_id, w.received_at, 'decision', d.subject_kind, d.subject, w.event_id, NULL
    FROM written w JOIN decided d USING (organisation_id, event_id)
    UNION ALL
    SELECT s.organisation_id, s.first_seen, 'camera_added', by_whom.subject_kind, by_whom.subject, NULL, s.id
    FROM seen s CROSS JOIN LATERAL (
      SELECT d.subject_kind, d.subject FROM decided d
      WHERE d.organisation_id = s.organisation_id AND d.camera_id = s.id ORDER BY d.event_id LIMIT 1) by_whom
    WHERE s.is_new
  )
  SELECT w.event_id, w.outcome, w.attendance_id, w.cooldown_until, d.code, d.name
  FROM written w JOIN decided d USING (organisation_id, event_id))";

constexpr const char* kStored = R"(
  SELECT s.event_id, s.outcome, s.attendance_id, s.cooldown_until, p.code, p.name, s.person_id, s.similarity,
         s.runner_up, s.threshold, s.score, s.threshold_source, s.fingerprint
  FROM unnest($1::uuid[], $2::uuid[]) AS asked (organisation_id, event_id)
  JOIN sightings s USING (organisation_id, event_id)
  LEFT JOIN persons p ON p.id = s.person_id)";

// Reads the columns that both statements return first.
void read_decided(const Rows& rows, int row, Decision& decision) {
  decision.outcome = outcome_of(rows.text(row, 1));
  decision.attendance.reset();
  if (!rows.is_null(row, 2)) decision.attendance = rows.id<AttendanceId>(row, 2);
  decision.cooldown_until = rows.optional_time(row, 3);
}

Decision stored_decision(const Rows& rows, int row) {
  Decision decision;
  decision.event = rows.id<EventId>(row, 0);
  read_decided(rows, row, decision);
  if (!rows.is_null(row, 6) && !rows.is_null(row, 4))
    decision.person = PersonRef{rows.id<PersonId>(row, 6), rows.text(row, 4), rows.text(row, 5)};
  decision.similarity = rows.optional_real(row, 7);
  decision.runner_up = rows.optional_real(row, 8);
  decision.threshold = rows.real(row, 9);
  decision.score = rows.optional_real(row, 10);
  if (!rows.is_null(row, 11)) decision.threshold_source = parse_threshold_source(rows.text(row, 11));
  return decision;
}

// Whether one request's data may be the cause, so that the others should be retried without it.
bool concerns_data(const Error& error) {
  return error.kind == ErrorKind::conflict || error.kind == ErrorKind::invalid_argument ||
         error.kind == ErrorKind::internal;
}

bool deserves_another_try(const Error& error) {
  return error.code == "database_busy" || sqlstate_of(error) == "23P01";
}

}  // namespace

Recorder::Recorder(Pool& pool, RecorderOptions options, FeedSignal& signal)
    : pool_(pool), options_(options), signal_(signal) {}

Recorder::~Recorder() {
  std::promise<void> drained;
  auto done = drained.get_future();
  asio::post(pool_.executor(), [this, drained = std::move(drained)]() mutable {
    drained_.emplace(std::move(drained));
    if (busy_lanes_ == 0) say_drained();
  });
  done.wait();
}

Task<Result<Decision>> Recorder::record(Subject subject, Sighting sighting, Decision proposed,
                                        std::chrono::seconds window) {
  if (auto refused = store::refuse_incomplete(proposed, sighting.event, window)) co_return *refused;
  auto request = std::make_unique<Request>(Request{.subject = std::move(subject),
                                                   .sighting = std::move(sighting),
                                                   .proposed = std::move(proposed),
                                                   .window = window,
                                                   .finish = {}});

  auto start = [this](auto handler, std::unique_ptr<Request> wanted) {
    // std::function requires a copyable callable, but a completion is move-only.
    using Finish = Completion<Result<Decision>, decltype(handler)>;
    auto finish = std::make_shared<Finish>(std::move(handler));
    wanted->finish = [finish](Result<Decision> decision) { (*finish)(std::move(decision)); };
    asio::post(pool_.executor(), [this, wanted = std::move(wanted)]() mutable { submit(std::move(wanted)); });
  };
  auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(Result<Decision>)>(
      start, asio::use_awaitable, std::move(request));
  co_return co_await std::move(pending);
}

void Recorder::submit(std::unique_ptr<Request> request) {
  if (queue_.size() >= options_.queue) {
    request->finish(Error::of(ErrorKind::resource_exhausted, "store_busy",
                              std::to_string(options_.queue) +
                                  " changes are already waiting for the database; try again in a moment"));
    return;
  }
  queue_.push_back(std::move(request));
  if (busy_lanes_ >= options_.lanes) return;
  ++busy_lanes_;
  asio::co_spawn(pool_.executor(), lane(), asio::detached);
}

// The oldest waiting requests, but only the first of each event and the first mark of each person: the next one
// must see its result.
Recorder::Group Recorder::next_group() {
  Group group;
  std::set<EventId> events;
  std::set<PersonId> people;
  for (auto& request : queue_) {
    if (group.size() == options_.group_size) break;
    const Decision& proposed = request->proposed;
    const bool marks = proposed.outcome == Outcome::marked;
    if (events.contains(proposed.event) || (marks && people.contains(proposed.person->id))) continue;
    events.insert(proposed.event);
    if (marks) people.insert(proposed.person->id);
    group.push_back(std::move(request));
  }
  std::erase(queue_, nullptr);
  return group;
}

Task<void> Recorder::lane() {
  while (!queue_.empty()) {
    const Group group = next_group();
    auto writing = write(group);
    const auto outcomes = co_await std::move(writing);
    if (outcomes) {
      for (std::size_t i = 0; i < group.size(); ++i) group[i]->finish((*outcomes)[i]);
      signal_.notify();
    } else if (group.size() > 1 && concerns_data(outcomes.error())) {
      for (std::size_t i = 0; i < group.size(); ++i) {
        Group one;
        one.push_back(std::make_unique<Request>(*group[i]));
        auto alone = write(one);
        const auto outcome = co_await std::move(alone);
        if (outcome) signal_.notify();
        group[i]->finish(outcome ? outcome->front() : Result<Decision>(outcome.error()));
      }
    } else {
      for (const auto& request : group) request->finish(outcomes.error());
    }
  }
  --busy_lanes_;
  if (busy_lanes_ == 0 && drained_) say_drained();
}

// Nothing may use this object afterwards: the waiting destructor continues.
void Recorder::say_drained() {
  std::promise<void> drained = std::move(*drained_);
  drained.set_value();
}

Task<Result<Recorder::Outcomes>> Recorder::write(const Group& group) {
  for (int attempt = 1;; ++attempt) {
    const auto work = [this, &group](Connection& connection) { return write_on(connection, group); };
    auto writing = pool_.with_here<Outcomes>(work, Repeat::if_lost);
    auto outcomes = co_await std::move(writing);
    if (outcomes || attempt == kAttempts || !deserves_another_try(outcomes.error())) co_return outcomes;
  }
}

Task<Result<void>> Recorder::read_key(Connection& connection) {
  std::vector<Command> commands;
  commands.push_back({"SELECT first, last FROM event_key WHERE id = 1"});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->front();
  if (rows.empty())
    co_return Error::of(
        ErrorKind::data_loss, "database_damaged",
        "the database has lost the key of its events; start the server again, which makes another");
  key_ = FingerprintKey{rows.uuid(0, 0), rows.uuid(0, 1)};
  co_return Result<void>{};
}

Task<Result<Recorder::Outcomes>> Recorder::write_on(Connection& connection, const Group& group) {
  if (!key_) {
    auto reading = read_key(connection);
    const auto read = co_await std::move(reading);
    if (!read) co_return read.error();
  }
  std::vector<std::optional<Uuid>> organisations, events, people, attendances, marked_people, fingerprints;
  std::vector<std::optional<std::string>> outcomes, cameras, models, subject_kinds, subjects, sources;
  std::vector<std::optional<float>> similarities, runners_up, thresholds, corrected;
  std::array<std::vector<std::optional<float>>, kFaceScores.size()> scores;
  std::vector<std::optional<Timestamp>> captured, received, until, window_from, window_until;
  std::vector<std::optional<std::int64_t>> skews;
  for (const auto& request : group) {
    const Decision& proposed = request->proposed;
    const bool marks = proposed.outcome == Outcome::marked;
    organisations.emplace_back(request->sighting.organisation.value());
    events.emplace_back(proposed.event.value());
    outcomes.emplace_back(to_string(proposed.outcome));
    subject_kinds.emplace_back(to_string(request->subject.kind));
    subjects.emplace_back(request->subject.id);
    cameras.emplace_back(request->sighting.camera.value);
    models.emplace_back(request->sighting.model.value);
    people.push_back(proposed.person ? std::optional(proposed.person->id.value()) : std::nullopt);
    attendances.push_back(proposed.attendance ? std::optional(proposed.attendance->value()) : std::nullopt);
    if (marks) marked_people.push_back(people.back());
    similarities.push_back(proposed.similarity);
    runners_up.push_back(proposed.runner_up);
    thresholds.emplace_back(proposed.threshold);
    corrected.push_back(proposed.score);
    sources.emplace_back();
    if (proposed.threshold_source) sources.back() = to_string(*proposed.threshold_source);
    fingerprints.emplace_back();
    if (const auto& content = request->sighting.content)
      fingerprints.back() = store::fingerprint_of(*key_, *content);
    for (std::size_t i = 0; i < scores.size(); ++i)
      scores[i].push_back(request->sighting.scores.*kFaceScores[i].value);
    captured.emplace_back(request->sighting.captured_at);
    received.emplace_back(request->sighting.received_at);
    until.push_back(marks ? request->sighting.captured_at + request->window : proposed.cooldown_until);
    window_from.emplace_back(request->sighting.captured_at - request->window);
    window_until.emplace_back(request->sighting.captured_at + request->window);
    const auto skew = clock_skew(request->sighting.captured_at, request->sighting.received_at,
                                 request->sighting.sent_at, options_.live_within);
    skews.push_back(skew ? std::optional(skew->count()) : std::nullopt);
  }
  Parameters record;
  record.add_array(organisations).add_array(events).add_array(outcomes).add_array(cameras).add_array(models);
  record.add_array(people).add_array(attendances).add_array(similarities).add_array(runners_up);
  record.add_array(thresholds).add_array(captured);
  record.add_array(received).add_array(until).add_array(window_from).add_array(window_until);
  record.add_array(skews)
      .add_array(subject_kinds)
      .add_array(subjects)
      .add_array(corrected)
      .add_array(sources)
      .add_array(fingerprints);
  for (const auto& score : scores) record.add_array(score);
  std::vector<Command> commands;
  if (!marked_people.empty()) commands.push_back({kLockPeople, Parameters().add_array(marked_people)});
  commands.push_back({kRecord, std::move(record)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();

  std::unordered_map<EventId, Decision> decisions;
  std::unordered_map<EventId, Uuid> stored_fingerprints;
  std::unordered_map<EventId, int> rows_of;
  const Rows& written = answers->back();
  for (int i = 0; i < written.size(); ++i) rows_of.emplace(written.id<EventId>(i, 0), i);
  std::vector<std::optional<Uuid>> left_organisations, left_events;
  for (const auto& request : group) {
    Decision decision = request->proposed;
    const auto row = rows_of.find(decision.event);
    if (row == rows_of.end()) {
      left_organisations.emplace_back(request->sighting.organisation.value());
      left_events.emplace_back(decision.event.value());
      continue;
    }
    read_decided(written, row->second, decision);
    if (decision.person)
      decision.person =
          PersonRef{decision.person->id, written.text(row->second, 4), written.text(row->second, 5)};
    decisions.emplace(decision.event, std::move(decision));
  }
  if (!left_events.empty()) {
    std::vector<Command> asking;
    asking.push_back({kStored, Parameters().add_array(left_organisations).add_array(left_events)});
    auto reading = connection.run(std::move(asking));
    const auto stored = co_await std::move(reading);
    if (!stored) co_return stored.error();
    for (int i = 0; i < stored->front().size(); ++i) {
      Decision decision = stored_decision(stored->front(), i);
      if (!stored->front().is_null(i, 12))
        stored_fingerprints.emplace(decision.event, stored->front().uuid(i, 12));
      decisions.emplace(decision.event, std::move(decision));
    }
  }
  Outcomes results;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto& request = group[i];
    const auto found = decisions.find(request->proposed.event);
    std::optional<Uuid> earlier;
    if (const auto known = stored_fingerprints.find(request->proposed.event);
        known != stored_fingerprints.end())
      earlier = known->second;
    if (auto reused = store::refuse_reused(request->proposed.event, earlier, fingerprints[i])) {
      results.emplace_back(std::move(*reused));
    } else if (found != decisions.end()) {
      results.emplace_back(std::move(found->second));
    } else if (request->proposed.person) {
      results.emplace_back(store::person_not_found(request->proposed.person->id));
    } else {
      results.emplace_back(
          Error::of(ErrorKind::internal, "the database did not write this event and does not contain it"));
    }
  }
  co_return std::move(results);
}

}  // namespace sas::store::postgres
