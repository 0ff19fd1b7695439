#pragma once
// What one camera sees and what state it is in, as it happens: for windows, live streams and heartbeats.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "edge/frame_source.h"
#include "edge/overlay.h"
#include "edge/uplink.h"

namespace sas::edge {

struct CameraState {
  CameraId camera;
  std::string source;     // for people, without a password
  bool live = false;      // a webcam or a stream, not a file
  bool connected = true;  // the source delivers
  ServerState server = ServerState::unknown;
  double frames_per_second = 0;  // judged, over the last second or so
  std::uint64_t frames = 0;      // judged so far
  std::uint64_t events = 0;      // put into the outbox so far
  std::size_t waiting = 0;       // events in the outbox
};

// Called on the camera's own thread, which waits for it: return quickly and do slow work elsewhere. Must not
// throw.
class CameraObserver {
 public:
  virtual ~CameraObserver() = default;
  // A frame was processed; `labels` describe the faces in it. The arguments are valid only during the call.
  // To keep the picture, copy it: a region of interest shares its frame's memory.
  virtual void on_frame(const Frame& frame, const std::vector<FaceLabel>& labels,
                        const CameraState& state) = 0;
  // No frame arrived for a fifth of a second: the source is slow or lost.
  virtual void on_quiet(const CameraState& /*state*/) {}
};

}  // namespace sas::edge
