#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include <opencv2/core/types.hpp>

#include "vision/face.h"

namespace sas::edge {

using TrackId = std::uint64_t;

struct TrackerOptions {
  float min_overlap = 0.25F;  // least intersection over union with which a box continues a track
  // Without overlap (someone runs, or frames were dropped): the centres are nearer than this many box widths,
  // and the sizes are similar.
  float max_distance = 0.6F;
  int confirm_after = 3;  // frames in which a face must be seen before its track is confirmed
  std::chrono::milliseconds lose_after{700};  // a confirmed track ends when it is not seen for longer
  int lose_unconfirmed_after = 1;             // an unconfirmed one ends after more missed frames than this
  // When a track's face may be somebody else's (Track::jumped). One person's box overlaps the expected one by
  // 0.83 or more from frame to frame in the clips that were measured.
  float jump_overlap = 0.5F;                   // it overlaps the expected place by less than this
  float jump_growth = 1.3F;                    // its size changed by more than this factor
  std::chrono::milliseconds jump_unseen{250};  // it was not seen for longer than this
};

struct Track {
  TrackId id = 0;
  vision::DetectedFace face;  // as last seen
  cv::Point2f velocity;       // of the centre, pixels a millisecond
  std::chrono::microseconds last_seen{0};
  int hits = 0;    // frames it was seen in
  int missed = 0;  // frames since it was last seen; 0: it is in this frame
  // In this frame the face is not where, or as large as, it was expected, or it was out of sight before: it
  // continues the track, but may be another person's.
  bool jumped = false;

  [[nodiscard]] bool visible() const { return missed == 0; }
};

// Follows faces from frame to frame by their positions. It does not know who they are: two people who cross
// may swap tracks, which the voter notices by their embeddings. The browser's edge does the same
// (web/src/edge/tracker.ts); tests/traces/tracker.json holds both to it. Used by one thread.
class Tracker {
 public:
  explicit Tracker(TrackerOptions options = {}) : options_(options) {}

  // Takes the faces of the frame that was seen at `now` (Frame::scene_time). Tracks that ended with this
  // frame are moved to ended(). The best overlaps are matched first; a face that continues no track starts a
  // new one.
  void update(const std::vector<vision::DetectedFace>& faces, std::chrono::microseconds now);

  // The track shows another person from now on: ends it and starts a confirmed track with the same face in its
  // place. Returns the new track's id. `id` must be that of a track.
  TrackId replace(TrackId id);
  // Drops all tracks.
  void clear() { tracks_.clear(); }

  [[nodiscard]] const std::vector<Track>& tracks() const { return tracks_; }
  [[nodiscard]] const std::vector<Track>& ended() const { return ended_; }  // ended by the last update
  [[nodiscard]] bool confirmed(const Track& track) const { return track.hits >= options_.confirm_after; }
  // The number of tracks that were ever confirmed.
  [[nodiscard]] std::uint64_t confirmed_count() const { return confirmed_count_; }

 private:
  [[nodiscard]] bool jumps(const Track& track, const vision::DetectedFace& face,
                           std::chrono::microseconds now) const;
  [[nodiscard]] float affinity(const Track& track, const vision::DetectedFace& face,
                               std::chrono::microseconds now) const;
  [[nodiscard]] bool over(const Track& track, std::chrono::microseconds now) const;

  TrackerOptions options_;
  std::vector<Track> tracks_;
  std::vector<Track> ended_;
  TrackId last_id_ = 0;
  std::uint64_t confirmed_count_ = 0;
};

}  // namespace sas::edge
