#pragma once
// What an edge reports about itself:
// {"watching_from","watching_to","fps","outbox_waiting","outbox_oldest","software","model"}

#include <string>
#include <string_view>

#include "base/error.h"
#include "domain/coverage.h"

namespace sas::protocol {

// Neither writes nor reads the camera, which is in the path, or the time of receipt, which the server sets.
[[nodiscard]] std::string write_heartbeat(const Heartbeat& heartbeat);
// Errors: invalid_argument, as in messages.h.
[[nodiscard]] Result<Heartbeat> read_heartbeat(std::string_view json);

}  // namespace sas::protocol
