#include "audit/row_json.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"

namespace sas::audit {
namespace {

namespace json = boost::json;

Error invalid(std::string_view field) {
  return Error::of(ErrorKind::invalid_argument, "invalid_audit_row",
                   "not a row of an audit log: \"" + std::string(field) + "\" is missing or not valid");
}

// JSON is UTF-8, which bytes that somebody changed may not be.
std::string shown(const std::string& text) { return code_points(text) ? text : log_text(text); }

// False: there is no such text.
bool read_text(const json::object& object, std::string_view field, std::string& into) {
  const json::value* const value = object.if_contains(field);
  if (value == nullptr || !value->is_string()) return false;
  into = value->get_string();
  return true;
}

}  // namespace

json::object to_json(const Row& row) {
  const Entry& entry = row.entry;
  // Details that somebody damaged are shown as text, whose hash is wrong then too.
  json::error_code damaged;
  json::value details = json::parse(entry.details, damaged);
  if (damaged || !details.is_object()) details = json::string(shown(entry.details));
  return {{"sequence", row.sequence},
          {"organisation_id", entry.organisation.to_string()},
          {"at", to_rfc3339(entry.at)},
          {"subject",
           {{"kind", shown(entry.subject_kind)},
            {"id", shown(entry.subject_id)},
            {"key", shown(entry.subject_key)}}},
          {"action", shown(entry.action)},
          {"target", shown(entry.target)},
          {"details", std::move(details)},
          {"previous_hash", shown(row.previous_hash)},
          {"hash", shown(row.hash)}};
}

Result<Row> from_json(const json::object& object) {
  std::string text;
  if (!read_text(object, "organisation_id", text)) return invalid("organisation_id");
  const auto organisation = Uuid::parse(text);
  if (!organisation) return invalid("organisation_id");
  Row row{
      .sequence = 0,
      .entry = {.organisation = OrganisationId(*organisation), .at = {}, .subject_kind = {}, .action = {}},
      .previous_hash = {},
      .hash = {}};
  Entry& entry = row.entry;
  const json::value* const sequence = object.if_contains("sequence");
  if (sequence == nullptr || !sequence->is_int64()) return invalid("sequence");
  row.sequence = sequence->get_int64();
  if (!read_text(object, "at", text)) return invalid("at");
  const auto at = parse_rfc3339(text);
  if (!at) return invalid("at");
  entry.at = *at;

  const json::value* const subject = object.if_contains("subject");
  if (subject == nullptr || !subject->is_object()) return invalid("subject");
  const json::object& who = subject->get_object();
  if (!read_text(who, "kind", entry.subject_kind)) return invalid("subject.kind");
  if (!read_text(who, "id", entry.subject_id)) return invalid("subject.id");
  if (!read_text(who, "key", entry.subject_key)) return invalid("subject.key");

  const json::value* const details = object.if_contains("details");
  if (details == nullptr) return invalid("details");
  entry.details = json::serialize(*details);
  for (const auto& [field, into] :
       {std::pair{"action", &entry.action}, std::pair{"target", &entry.target},
        std::pair{"previous_hash", &row.previous_hash}, std::pair{"hash", &row.hash}})
    if (!read_text(object, field, *into)) return invalid(field);
  return row;
}

}  // namespace sas::audit
