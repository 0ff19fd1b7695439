#include "access/secrets.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <sodium/crypto_generichash.h>
#include <sodium/crypto_pwhash.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

namespace sas::access {
namespace {

constexpr std::string_view kKeyPrefix = "sas_";
constexpr std::size_t kKeyBytes = 32;
// Crockford's base 32, without I, L, O and U.
constexpr std::string_view kCodeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kCodeLength = 8;
constexpr std::size_t kShortestPin = 4;
constexpr std::size_t kLongestPin = 12;

char code_digit(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

}  // namespace

std::string make_secret() {
  std::array<unsigned char, kKeyBytes> random{};
  randombytes_buf(random.data(), random.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(kKeyBytes, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), kVariant);
  sodium_memzero(random.data(), random.size());
  text.pop_back();  // the terminator
  return std::string(kKeyPrefix) + text;
}

std::string hash_of(std::string_view secret) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size(), nullptr, 0);
  std::string text(2 * hash.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  text.pop_back();
  return text;
}

std::string make_code() {
  std::string code;
  for (std::size_t i = 0; i < kCodeLength; ++i) {
    if (i == kCodeLength / 2) code += '-';
    code += kCodeAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kCodeAlphabet.size()))];
  }
  return code;
}

std::optional<std::string> normalised_code(std::string_view text) {
  std::string code;
  for (const char c : text) {
    if (c == '-' || c == ' ') continue;
    code += code_digit(c);
    if (code.size() > kCodeLength || kCodeAlphabet.find(code.back()) == std::string_view::npos)
      return std::nullopt;
  }
  if (code.size() != kCodeLength) return std::nullopt;
  return code;
}

Result<void> check_pin_form(std::string_view pin) {
  const bool digits = std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && pin.size() >= kShortestPin && pin.size() <= kLongestPin) return {};
  return Error::of(ErrorKind::invalid_argument, "invalid_field", "pin: must be 4 to 12 digits",
                   {{"field", "pin"}});
}

Result<std::string> hash_pin(std::string_view pin) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), pin.data(), pin.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return Error::of(ErrorKind::resource_exhausted, "not enough memory to hash a PIN; try again");
  return std::string(hash.data());
}

bool is_pin(std::string_view pin, const std::string& hash) {
  return crypto_pwhash_str_verify(hash.c_str(), pin.data(), pin.size()) == 0;
}

}  // namespace sas::access
