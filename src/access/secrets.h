#pragma once
// What proves who somebody is: keys, codes and PINs. Only hashes of them are kept.

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sas::access {

// A new key: "sas_" and 43 characters of base64url, which are 256 random bits.
[[nodiscard]] std::string make_secret();

// BLAKE2b-256 as 64 hex digits. It is fast, and that is enough here: a key has 256 random bits, so that nobody finds one by
// trying, however fast; slow hashes are for what people choose (hash_pin). A hash is looked up in a table, whose timing says
// nothing of the key.
[[nodiscard]] std::string hash_of(std::string_view secret);

// A new pairing code, as people type it: "K7QM-2XHD", 40 random bits.
[[nodiscard]] std::string make_code();
// Without hyphens, spaces and case, and with the letters that look like digits as these. None: it cannot be a code.
[[nodiscard]] std::optional<std::string> normalised_code(std::string_view text);

// A PIN is 4 to 12 digits. invalid_argument "invalid_field", details.field "pin".
[[nodiscard]] Result<void> check_pin_form(std::string_view pin);
// Argon2id: 64 MiB and a good tenth of a second each, on the caller's thread. resource_exhausted: no memory.
[[nodiscard]] Result<std::string> hash_pin(std::string_view pin);
[[nodiscard]] bool is_pin(std::string_view pin, const std::string& hash);

}  // namespace sas::access
