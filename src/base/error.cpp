#include "base/error.h"

#include <stdexcept>

namespace sas {

Error Error::of(ErrorKind kind, std::string message) {
  return {kind, std::string(to_string(kind)), std::move(message), {}};
}

Error Error::of(ErrorKind kind, std::string code, std::string message, boost::json::object details) {
  return {kind, std::move(code), std::move(message), std::move(details)};
}

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return "invalid_argument";
    case ErrorKind::unauthenticated:
      return "unauthenticated";
    case ErrorKind::permission_denied:
      return "permission_denied";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::too_large:
      return "too_large";
    case ErrorKind::resource_exhausted:
      return "resource_exhausted";
    case ErrorKind::failed_precondition:
      return "failed_precondition";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::data_loss:
      return "data_loss";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location& /*where*/) {
  throw std::runtime_error(error.code + ": " + error.message);
}

}  // namespace sas
