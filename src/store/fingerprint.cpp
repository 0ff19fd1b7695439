#include "store/fingerprint.h"

#include <algorithm>
#include <array>

#include <sodium/crypto_generichash.h>

namespace sas::store {

Uuid fingerprint_of(const FingerprintKey& key, const ContentDigest& content) {
  std::array<std::uint8_t, 2 * Uuid::kSize> secret{};
  std::ranges::copy(key.first.bytes(), secret.begin());
  std::ranges::copy(key.last.bytes(), secret.begin() + Uuid::kSize);
  std::array<std::uint8_t, Uuid::kSize> hash{};
  crypto_generichash(hash.data(), hash.size(), content.data(), content.size(), secret.data(), secret.size());
  return Uuid(hash);
}

std::optional<Error> refuse_reused(EventId event, const std::optional<Uuid>& stored,
                                   const std::optional<Uuid>& sent) {
  if (!stored || !sent || *stored == *sent) return std::nullopt;
  return Error::of(
      ErrorKind::conflict, "event_id_reused",
      "the event " + event.to_string() +
          " is recorded already, with other content; each event needs an event_id of its own, so "
          "this one is not recorded",
      {{"event_id", event.to_string()}});
}

}  // namespace sas::store
