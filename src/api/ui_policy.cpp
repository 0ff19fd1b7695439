#include "api/ui_policy.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <system_error>

#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>

namespace sas::api {
namespace {

// Charts and components set inline styles. The workers of the model runtime start as blobs.
constexpr std::string_view kBefore = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
constexpr std::string_view kAfter =
    "; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src "
    "'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// Finds `what` (lower case) in `text` from `from` on, ignoring case.
std::size_t find_any_case(std::string_view text, std::string_view what, std::size_t from) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size())),
                                 text.end(), what.begin(), what.end(), same);
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

// The end of a tag: the first > outside of attribute values.
std::size_t tag_end(std::string_view html, std::size_t from) {
  char quote = 0;
  for (std::size_t i = from; i < html.size(); ++i) {
    const char c = html[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string sha256_base64(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string base64(sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, kVariant), '\0');
  sodium_bin2base64(base64.data(), base64.size(), hash.data(), hash.size(), kVariant);
  base64.pop_back();
  return base64;
}

}  // namespace

std::vector<std::string> inline_script_hashes(std::string_view html) {
  constexpr std::string_view kOpen = "<script";
  std::vector<std::string> hashes;
  for (std::size_t at = find_any_case(html, kOpen, 0); at != std::string_view::npos;
       at = find_any_case(html, kOpen, at)) {
    const std::size_t end = tag_end(html, at);
    if (end == std::string_view::npos) break;
    const std::string_view attributes = html.substr(at + kOpen.size(), end - at - kOpen.size());
    const std::size_t close = find_any_case(html, "</script", end);
    if (close == std::string_view::npos) break;
    const bool from_file = find_any_case(attributes, " src=", 0) != std::string_view::npos;
    if (!from_file) {
      std::string hash = "'sha256-" + sha256_base64(html.substr(end + 1, close - end - 1)) + "'";
      if (std::ranges::find(hashes, hash) == hashes.end()) hashes.push_back(std::move(hash));
    }
    at = close;
  }
  return hashes;
}

std::string policy_with(const std::vector<std::string>& script_hashes) {
  std::string policy(kBefore);
  for (const std::string& hash : script_hashes) policy += " " + hash;
  return policy += kAfter;
}

std::string PagePolicies::of(const std::filesystem::path& file) {
  if (file.extension() != ".html") return policy_with({});
  std::error_code gone;
  const auto changed = std::filesystem::last_write_time(file, gone);
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(file);
    if (found != known_.end() && !gone && found->second.changed == changed) return found->second.policy;
  }
  std::ifstream in(file, std::ios::binary);
  const std::string html{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::string policy = policy_with(inline_script_hashes(html));
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(file, Known{changed, policy});
  return policy;
}

}  // namespace sas::api
