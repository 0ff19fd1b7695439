#pragma once
// What an edge says of itself:
// {"watching_from","watching_to","fps","outbox_waiting","outbox_oldest","software","model"}

#include <string>
#include <string_view>

#include "base/error.h"
#include "domain/coverage.h"

namespace sas::protocol {

// The camera is in the path, the time of receipt the server's: neither is written or read here.
[[nodiscard]] std::string write_heartbeat(const Heartbeat& heartbeat);
// invalid_argument as the readers of messages.h.
[[nodiscard]] Result<Heartbeat> read_heartbeat(std::string_view json);

}  // namespace sas::protocol
