#include "domain/role.h"

namespace sas {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::administrator:
      return "administrator";
    case Role::operator_:
      return "operator";
    case Role::viewer:
      return "viewer";
    case Role::device:
      return "device";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : kEveryRole)
    if (to_string(role) == text) return role;
  return std::nullopt;
}

Rights rights_of(Role role) {
  switch (role) {
    case Role::administrator:
      return Rights::all();
    case Role::operator_:
      return {Right::read, Right::manage};
    case Role::viewer:
      return {Right::read};
    case Role::device:
      return {Right::recognise};
  }
  return {};
}

}  // namespace sas
