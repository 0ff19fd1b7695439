#pragma once
// How a store recognises an event id that is sent again with other content.

#include <optional>

#include "base/error.h"
#include "base/uuid.h"
#include "domain/attendance.h"

namespace sas::store {

// Random for each database and kept in it (table event_key).
struct FingerprintKey {
  Uuid first;
  Uuid last;
};

// 128 bits of a keyed hash (BLAKE2b) of the content's digest. It leads back to nothing that the event contained, and
// those of two databases cannot be compared.
[[nodiscard]] Uuid fingerprint_of(const FingerprintKey& key, const ContentDigest& content);

// conflict "event_id_reused": the stored event had other content. Without one of the two nothing is compared.
[[nodiscard]] std::optional<Error> refuse_reused(EventId event, const std::optional<Uuid>& stored,
                                                 const std::optional<Uuid>& sent);

}  // namespace sas::store
