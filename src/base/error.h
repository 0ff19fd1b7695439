#pragma once
// What can go wrong, in terms no protocol owns. Expected failures are values (Result), broken invariants are
// assertions, a start that cannot succeed ends the program with one message.

#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

namespace sas {

enum class ErrorKind {
  invalid_argument,     // the caller sent something that can never be right
  unauthenticated,      // no key, or a wrong one
  permission_denied,    // a known caller may not do this
  not_found,            //
  conflict,             // it clashes with what is already there
  too_large,            // a stated limit was exceeded
  resource_exhausted,   // a queue or quota is full; trying later may work
  failed_precondition,  // the system is not in the state that this needs
  unavailable,          // something we depend on does not answer; trying again may work
  data_loss,            // stored data is damaged
  internal              // a fault of ours
};

// `code` is stable and for programs ("duplicate_face"); `message` is for people and names the thing and the
// remedy; `details` carries what a program may want of the message.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;
  std::string message;
  boost::json::object details;

  // A code equal to the kind's own name, for errors that need none of their own.
  static Error of(ErrorKind kind, std::string message);
  static Error of(ErrorKind kind, std::string code, std::string message, boost::json::object details = {});
};

// The kind's name in snake_case, for logs and for `code`.
[[nodiscard]] std::string_view to_string(ErrorKind kind);

template <class T>
using Result = boost::system::result<T, Error>;

// Called by Result<T>::value() on an error; throws std::runtime_error with the message. Library code tests a
// result before it takes the value; only tests and main rely on this.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace sas
