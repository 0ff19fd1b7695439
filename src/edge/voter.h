#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "domain/attendance.h"
#include "domain/embedding.h"

namespace sas::edge {

struct VoterOptions {
  int look_every = 2;         // frames between two looks at a face that was not sent yet
  int tired_look_every = 10;  // the same after `tired_after` looks in a row that were not good enough
  int tired_after = 30;
  int ready_after = 3;    // good embeddings that are enough for a vote
  int ready_frames = 25;  // frames after the first good one, after which fewer are enough; about a second
  int vote_of = 3;        // a vote combines this many of the best embeddings
  int check_every = 50;   // frames between two checks that a sent track is still the same person
  // An embedding with a lower cosine to the person's own is somebody else's.
  float same_person = 0.35F;
  // Embeddings in a row that are not this person's, and alike, before the track counts as another person's.
  std::size_t changed_after = 2;
  float resend_gain = 0.15F;  // how much better (quality, 0..1) a frame must be to send another vote
  int max_resends = 2;        // per person and track
  std::size_t max_kept = 8;   // embeddings kept for one vote
  // Liveness is the median of the last max_judged frames. While it lies between the bounds, wait for more, at
  // most ready_frames.
  std::size_t max_judged = 9;
  float doubt_from = 0.2F;
  float doubt_to = 0.8F;
};

// What a track sends to the server.
struct Vote {
  Embedding embedding;            // the best few, weighted by their quality, of unit length
  float quality = 0;              // of the best frame, 0..1
  std::optional<float> liveness;  // median of the frames that were judged, 0..1
  Timestamp captured_at{};        // of the newest frame in it
  int frames = 0;                 // in it
  bool resend = false;
};

// Collects the good frames of one track; decides when to run the expensive models and when to send a vote.
// One vote per track; another one only if the face was not recognised and is now seen clearly better. If the
// track turns out to show somebody else (two people crossed, or took turns in one place), that person gets a
// voter of their own. The browser's edge has the same rules (web/src/edge/voter.ts); tests/traces/voter.json
// holds both to them. Used by one thread.
class TrackVoter {
 public:
  explicit TrackVoter(VoterOptions options) : options_(options) {}

  // Whether to find landmarks and assess the quality in this frame. `frame` counts the source's frames.
  [[nodiscard]] bool wants_look(std::uint64_t frame) const;
  // Call it after a look. Whether to compute an embedding; never if the quality has problems.
  [[nodiscard]] bool wants_embedding(std::uint64_t frame, bool good, float quality);
  // The face may be somebody else's from this frame on: compare it with the person's own in each good frame
  // until that is settled.
  void check_now() { check_due_ = true; }
  // Adds the embedding of a frame for which wants_embedding() was true. If the track turns out to show somebody
  // else, returns a voter for that person, which has their frames so far. Then this voter is over: take what it
  // still has to say with take_vote(frame, true).
  [[nodiscard]] std::optional<TrackVoter> add(std::uint64_t frame, Timestamp captured_at, float quality,
                                              std::optional<float> liveness, const Embedding& embedding);

  // Whether take_vote() returns a vote.
  [[nodiscard]] bool ready(std::uint64_t frame, bool ended) const;
  // Allows another vote for a reason other than a better picture.
  void speak_again() { better_ = sent_; }
  // The last embedding added belongs to this person and not to a stranger on their track.
  [[nodiscard]] bool sees_same_person() const { return strangers_.empty(); }
  // The vote, once, as soon as there is enough for one. `ended`: the track is over, so one good frame is
  // enough.
  [[nodiscard]] std::optional<Vote> take_vote(std::uint64_t frame, bool ended);
  // The server's answer to the last vote.
  void decided(Outcome outcome) { outcome_ = outcome; }

  [[nodiscard]] bool sent() const { return sent_; }
  [[nodiscard]] bool ever_good() const { return sent_ || !kept_.empty(); }
  [[nodiscard]] std::optional<Outcome> outcome() const { return outcome_; }

 private:
  struct Candidate {
    Embedding embedding;
    float quality = 0;
    Timestamp captured_at;
    std::optional<float> liveness;
  };
  void keep(std::uint64_t frame, const Candidate& candidate);
  [[nodiscard]] Vote combine() const;
  [[nodiscard]] std::optional<float> liveness() const;
  [[nodiscard]] bool unsettled() const;
  [[nodiscard]] bool checking() const { return check_due_ || !strangers_.empty(); }

  VoterOptions options_;
  std::vector<Candidate> kept_;  // best quality first
  std::vector<float> judged_;    // liveness of this person's frames, oldest first
  std::optional<std::uint64_t> last_look_;
  std::uint64_t first_good_ = 0;
  int poor_looks_ = 0;  // in a row
  // In a row, newest last: not this person's, and alike.
  std::vector<Candidate> strangers_;
  bool check_due_ = false;
  int resends_ = 0;
  bool sent_ = false;
  bool better_ = false;  // a clearly better frame came after an unsettled decision
  float sent_quality_ = 0;
  std::optional<Outcome> outcome_;
};

}  // namespace sas::edge
