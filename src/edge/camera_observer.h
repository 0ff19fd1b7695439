#pragma once
// What one camera sees and how it fares, told as it happens: to a window, a live stream, a heartbeat.

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

// Called on the camera's own thread, which waits meanwhile: be quick, and do slow things elsewhere. Must not
// throw.
class CameraObserver {
 public:
  virtual ~CameraObserver() = default;
  // A frame was judged. `labels` say what is known of the faces in it. All is lent for the call; whoever
  // keeps the picture copies it, since a region of interest shares the memory of its frame.
  virtual void on_frame(const Frame& frame, const std::vector<FaceLabel>& labels,
                        const CameraState& state) = 0;
  // No frame came for a moment (a fifth of a second): the source is slow, or lost.
  virtual void on_quiet(const CameraState& /*state*/) {}
};

}  // namespace sas::edge
