#include "edge/tracker.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace sas::edge {
namespace {

cv::Point2f centre(const cv::Rect2f& box) { return {box.x + box.width / 2, box.y + box.height / 2}; }

// Fractions included.
float milliseconds(std::chrono::microseconds time) { return static_cast<float>(time.count()) / 1000; }

float overlap(const cv::Rect2f& a, const cv::Rect2f& b) {
  const float both = (a & b).area();
  const float either = a.area() + b.area() - both;
  return either > 0 ? both / either : 0.0F;
}

// Where the face would be at `now` if it kept its speed.
cv::Rect2f expected_at(const Track& track, std::chrono::microseconds now) {
  return track.face.box + track.velocity * milliseconds(now - track.last_seen);
}

float longer_side(const cv::Rect2f& box) { return std::max(box.width, box.height); }

}  // namespace

// 0: not the same. Overlaps rank above mere nearness: 1 + IoU against 1 - distance.
float Tracker::affinity(const Track& track, const vision::DetectedFace& face,
                        std::chrono::microseconds now) const {
  const cv::Rect2f expected = expected_at(track, now);
  const float shared = std::max(overlap(expected, face.box), overlap(track.face.box, face.box));
  if (shared >= options_.min_overlap) return 1 + shared;
  const float size = longer_side(track.face.box);
  const float other = longer_side(face.box);
  if (size <= 0 || other <= 0 || size > 1.6F * other || other > 1.6F * size) return 0;
  const cv::Point2f apart = centre(face.box) - centre(expected);
  const float distance = std::hypot(apart.x, apart.y) / size;
  return distance < options_.max_distance ? 1 - distance : 0;
}

bool Tracker::jumps(const Track& track, const vision::DetectedFace& face,
                    std::chrono::microseconds now) const {
  if (now - track.last_seen > options_.jump_unseen) return true;
  const float size = longer_side(track.face.box);
  const float other = longer_side(face.box);
  if (size > options_.jump_growth * other || other > options_.jump_growth * size) return true;
  const float shared =
      std::max(overlap(expected_at(track, now), face.box), overlap(track.face.box, face.box));
  return shared < options_.jump_overlap;
}

bool Tracker::over(const Track& track, std::chrono::microseconds now) const {
  if (track.visible()) return false;
  if (!confirmed(track)) return track.missed > options_.lose_unconfirmed_after;
  return now - track.last_seen > options_.lose_after;
}

void Tracker::update(const std::vector<vision::DetectedFace>& faces, std::chrono::microseconds now) {
  ended_.clear();
  std::vector<std::tuple<float, std::size_t, std::size_t>> pairs;  // affinity, track, face
  for (std::size_t t = 0; t < tracks_.size(); ++t) {
    for (std::size_t f = 0; f < faces.size(); ++f) {
      const float score = affinity(tracks_[t], faces[f], now);
      if (score > 0) pairs.emplace_back(score, t, f);
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return std::get<0>(a) > std::get<0>(b); });

  std::vector<bool> track_taken(tracks_.size());
  std::vector<bool> face_taken(faces.size());
  for (const auto& [score, t, f] : pairs) {
    if (track_taken[t] || face_taken[f]) continue;
    track_taken[t] = true;
    face_taken[f] = true;
    Track& track = tracks_[t];
    track.jumped = jumps(track, faces[f], now);
    const cv::Point2f step =
        (centre(faces[f].box) - centre(track.face.box)) / std::max(milliseconds(now - track.last_seen), 1.0F);
    // Half old, half new: detectors jitter by a few pixels from frame to frame.
    track.velocity = track.hits == 1 ? step : (track.velocity + step) * 0.5F;
    track.face = faces[f];
    track.last_seen = now;
    track.missed = 0;
    ++track.hits;
    if (track.hits == options_.confirm_after) ++confirmed_count_;
  }
  for (std::size_t t = 0; t < track_taken.size(); ++t) {
    if (track_taken[t]) continue;
    ++tracks_[t].missed;
    tracks_[t].jumped = false;
  }
  const auto first_over = std::stable_partition(tracks_.begin(), tracks_.end(),
                                                [&](const Track& track) { return !over(track, now); });
  std::move(first_over, tracks_.end(), std::back_inserter(ended_));
  tracks_.erase(first_over, tracks_.end());

  for (std::size_t f = 0; f < faces.size(); ++f) {
    if (face_taken[f]) continue;
    Track track;
    track.id = ++last_id_;
    track.face = faces[f];
    track.last_seen = now;
    track.hits = 1;
    if (options_.confirm_after <= 1) ++confirmed_count_;
    tracks_.push_back(track);
  }
}

TrackId Tracker::replace(TrackId id) {
  const auto found = std::ranges::find(tracks_, id, &Track::id);
  found->id = ++last_id_;
  found->hits = options_.confirm_after;
  found->velocity = {};
  found->jumped = false;
  ++confirmed_count_;
  return found->id;
}

}  // namespace sas::edge
