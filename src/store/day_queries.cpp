#include "store/day_queries.h"

#include <algorithm>
#include <map>

namespace sas::store {
namespace {

// Lines that one page examines at most: a page stays quick where few lines fit.
constexpr std::size_t kMostExamined = 50'000;
// Where a filter passes over most lines, each portion is larger than the one before, up to this many lines.
constexpr std::size_t kLargestPortion = 20'000;
constexpr std::size_t kGrowth = 4;

std::int64_t seconds_of(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

DayPages::DayPages(DayQuery query, std::optional<PersonId> person, std::optional<DayCursor> cursor)
    : query_(std::move(query)), person_(person), cursor_(std::move(cursor)) {
  if (cursor_ && cursor_->removed) part_ = Part::removed;
}

Result<DayPages> DayPages::of(DayQuery query, std::optional<PersonId> person) {
  std::optional<DayCursor> cursor;
  if (query.page.cursor) {
    auto parsed = parse_day_cursor(*query.page.cursor);
    if (!parsed) return parsed.error();
    cursor = std::move(*parsed);
  }
  return DayPages(std::move(query), person, std::move(cursor));
}

std::size_t DayPages::portion() const {
  const std::size_t days = query_.days.size();
  std::size_t lines = query_.page.limit + days;
  if (examined_ > 0) lines = std::max(lines, std::min(kLargestPortion, kGrowth * examined_));
  return lines / days + 1;
}

std::optional<Statement> DayPages::next_people() {
  if (part_ == Part::removed && query_.seen == SeenFilter::no) part_ = Part::done;
  if (part_ == Part::done) return std::nullopt;
  asked_ = portion();
  const bool removed = part_ == Part::removed;
  Statement statement("SELECT p.id, p.code, p.name FROM persons p WHERE p.organisation_id = ");
  statement.then("", query_.organisation.value());
  statement.then(removed ? " AND p.deleted_at IS NOT NULL" : " AND p.deleted_at IS NULL");
  if (person_) statement.then(" AND p.id = ", person_->value());
  // The person at the cursor may have further days.
  if (last_)
    statement.then(" AND (p.code, p.id) > (", last_->first).then(", ", last_->second.value()).then(")");
  else if (cursor_ && cursor_->removed == removed)
    statement.then(" AND (p.code, p.id) >= (", cursor_->code).then(", ", cursor_->person.value()).then(")");
  if (removed) {
    const Timestamp from = query_.days.front().range.from;
    const Timestamp to = query_.days.back().range.to;
    statement
        .then(" AND (EXISTS (SELECT 1 FROM attendance a WHERE a.person_id = p.id AND a.captured_at >= ", from)
        .then(" AND a.captured_at < ", to)
        .then(
            ") OR EXISTS (SELECT 1 FROM sightings s WHERE s.person_id = p.id AND s.outcome = 'cooldown' "
            "AND s.captured_at >= ",
            from)
        .then(" AND s.captured_at < ", to)
        .then("))");
  }
  // Codes of enrolled people are unique, so their index has the order.
  statement.then(removed ? " ORDER BY p.code, p.id LIMIT " : " ORDER BY p.code LIMIT ",
                 static_cast<std::int64_t>(asked_));
  return statement;
}

void DayPages::take_people(std::vector<PersonRef> people) {
  people_ = std::move(people);
  if (!people_.empty()) {
    last_ = {people_.back().code, people_.back().id};
    return;
  }
  part_ = part_ == Part::enrolled ? Part::removed : Part::done;
  last_.reset();
}

std::optional<Statement> DayPages::figures(Statement days, JoinOrder order) const {
  if (people_.empty()) return std::nullopt;
  const auto people = [&](const char* captured_at) {
    days.then(" AND p.organisation_id = ", query_.organisation.value())
        .then(part_ == Part::removed ? " AND p.deleted_at IS NOT NULL" : " AND p.deleted_at IS NULL")
        .then(" AND p.code >= ", people_.front().code)
        .then(" AND p.code <= ", people_.back().code);
    if (order == JoinOrder::as_written) return;
    days.then(" AND ").then(captured_at).then(" >= ", query_.days.front().range.from);
    days.then(" AND ").then(captured_at).then(" < ", query_.days.back().range.to);
  };
  days.then(
      "SELECT person, day, sum(record), count(*), min(CASE WHEN record = 1 THEN seen_at END), max(seen_at) "
      "FROM ("
      "SELECT p.id AS person, d.number AS day, a.captured_at AS seen_at, 1 AS record "
      "FROM persons p CROSS JOIN days d CROSS JOIN attendance a "
      "WHERE a.person_id = p.id AND a.captured_at >= d.first AND a.captured_at < d.past");
  people("a.captured_at");
  days.then(
      " UNION ALL SELECT p.id, d.number, s.captured_at, 0 "
      "FROM persons p CROSS JOIN days d CROSS JOIN sightings s "
      "WHERE s.outcome = 'cooldown' AND s.person_id = p.id AND s.captured_at >= d.first "
      "AND s.captured_at < d.past");
  people("s.captured_at");
  days.then(") AS seen GROUP BY 1, 2");
  return days;
}

bool DayPages::is_before_cursor(const PersonRef& person, Date date) const {
  return cursor_ && cursor_->removed == (part_ == Part::removed) && cursor_->person == person.id &&
         date <= cursor_->date;
}

bool DayPages::add(PersonDay line) {
  DayCursor here{part_ == Part::removed, line.person.code, line.person.id, line.date};
  const bool was_seen = line.sightings > 0;
  const bool is_wanted = query_.seen == SeenFilter::all ? was_seen || part_ == Part::enrolled
                                                        : was_seen == (query_.seen == SeenFilter::yes);
  const bool is_full = is_wanted && page_.items.size() == query_.page.limit;
  if (is_full || examined_ == kMostExamined) {
    page_.next_cursor = to_text(*last_examined_);
    part_ = Part::done;
    return false;
  }
  ++examined_;
  if (is_wanted) page_.items.push_back(std::move(line));
  last_examined_ = std::move(here);
  return true;
}

void DayPages::take_figures(const std::vector<DayFigures>& figures) {
  std::map<std::pair<PersonId, std::size_t>, DayFigures> found;
  for (const DayFigures& each : figures) found.emplace(std::pair(each.person, each.day), each);
  for (const PersonRef& person : people_) {
    for (std::size_t i = 0; i < query_.days.size(); ++i) {
      if (is_before_cursor(person, query_.days[i].date)) continue;
      PersonDay line{.person = person, .date = query_.days[i].date};
      if (const auto seen = found.find({person.id, i}); seen != found.end()) {
        line.first_at = seen->second.first_at;
        line.last_seen_at = seen->second.last_seen_at;
        line.records = seen->second.records;
        line.sightings = seen->second.sightings;
      }
      if (!add(std::move(line))) return;
    }
  }
  // Fewer than asked: there are no more of this part.
  if (people_.size() >= asked_) return;
  part_ = part_ == Part::enrolled ? Part::removed : Part::done;
  last_.reset();
}

std::string DayPages::days_as_json() const {
  std::string json = "[";
  for (std::size_t i = 0; i < query_.days.size(); ++i) {
    const Interval& range = query_.days[i].range;
    if (i > 0) json += ',';
    json += '[' + std::to_string(i) + ',' + std::to_string(seconds_of(range.from)) + ',' +
            std::to_string(seconds_of(range.to)) + ']';
  }
  return json + ']';
}

Statement watched_intervals(OrganisationId organisation, const Interval& range) {
  Statement statement("SELECT camera_id, starts, ends FROM camera_coverage WHERE organisation_id = ");
  statement.then("", organisation.value())
      .then(" AND ends > ", range.from)
      .then(" AND starts < ", range.to)
      .then(" ORDER BY camera_id, ends");
  return statement;
}

}  // namespace sas::store
