#include "domain/caller.h"

namespace sas {

std::string_view to_string(Right right) {
  switch (right) {
    case Right::recognise:
      return "recognise";
    case Right::read:
      return "read";
    case Right::manage:
      return "manage";
    case Right::administer:
      return "administer";
  }
  return "";
}

std::string_view to_string(Subject::Kind kind) {
  switch (kind) {
    case Subject::Kind::open:
      return "open";
    case Subject::Kind::key:
      return "key";
    case Subject::Kind::session:
      return "session";
    case Subject::Kind::system:
      return "system";
  }
  return "";
}

std::optional<Subject::Kind> parse_subject_kind(std::string_view text) {
  for (const Subject::Kind kind :
       {Subject::Kind::open, Subject::Kind::key, Subject::Kind::session, Subject::Kind::system})
    if (to_string(kind) == text) return kind;
  return std::nullopt;
}

}  // namespace sas
