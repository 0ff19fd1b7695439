#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/ids.h"

namespace sas {

// Invariant: from <= to.
struct Interval {
  Timestamp from;
  Timestamp to;

  bool operator==(const Interval&) const = default;
};

// What an edge says of one of its cameras every few seconds.
struct Heartbeat {
  CameraId camera = {};
  Timestamp received_at = {};            // by the server's clock
  std::optional<Interval> watched = {};  // in this time the camera delivered frames; by the edge's clock
  std::optional<float> fps = {};         // frames a second
  std::optional<std::int64_t> outbox_waiting = {};
  std::optional<Timestamp> outbox_oldest = {};
  std::optional<std::string> software = {};
  std::optional<std::string> model = {};
};

}  // namespace sas
