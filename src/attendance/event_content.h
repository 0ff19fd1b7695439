#pragma once

#include "domain/attendance.h"

namespace sas::attendance {

// The digest of what a client says about a walk-past: camera, model, capture time, embedding and scores. A field that the
// client left out counts as left out. Not part of it: the id of the event, and sent_at, which differs at each attempt.
[[nodiscard]] ContentDigest digest_of(const IncomingSighting& sighting);

}  // namespace sas::attendance
