#pragma once
// Errors in protocol-neutral terms. Expected failures are values (Result), broken invariants are assertions,
// and a startup that cannot succeed ends the program with one message.

#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

namespace sas {

enum class ErrorKind {
  invalid_argument,     // the caller sent something that can never be valid
  unauthenticated,      // no key, or a wrong one
  permission_denied,    // a known caller may not do this
  not_found,            //
  conflict,             // conflicts with existing data
  too_large,            // a stated limit was exceeded
  resource_exhausted,   // a queue or quota is full; retrying later may work
  failed_precondition,  // the system is not in the required state
  unavailable,          // a dependency does not answer; retrying may work
  data_loss,            // stored data is damaged
  internal              // a bug in this program
};

// `code` is stable and for programs ("duplicate_face"); `message` is for people and names the problem and the
// remedy; `details` contains the parts of the message that programs may need.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;
  std::string message;
  boost::json::object details;

  // Uses the kind's own name as the code, for errors that need no specific one.
  static Error of(ErrorKind kind, std::string message);
  static Error of(ErrorKind kind, std::string code, std::string message, boost::json::object details = {});
};

// The kind's name in snake_case, for logs and for `code`.
[[nodiscard]] std::string_view to_string(ErrorKind kind);

template <class T>
using Result = boost::system::result<T, Error>;

// Called by Result<T>::value() on an error; throws std::runtime_error with the message. Library code checks a
// result before taking its value; only tests and main rely on this.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace sas
