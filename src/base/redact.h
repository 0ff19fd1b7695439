#pragma once

#include <string>
#include <string_view>

namespace sas {

// An address as messages and logs may show it: a URL, a host, or the words that libpq takes ("host=… password=…"), well
// formed or not. What may be a user, a password or a token becomes "***": all before the last "@", segments of the path
// with "=", ":" or "&" in them, the query and the fragment ("?..."), and what follows a word such as "password=". Rather
// shows too little than a secret.
[[nodiscard]] std::string redacted(std::string_view address);

// Whether a text looks like a key or token that was put in the wrong place: long, without anything that separates, and of
// letters and digits.
[[nodiscard]] bool looks_secret(std::string_view text);

}  // namespace sas
