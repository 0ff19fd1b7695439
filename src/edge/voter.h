#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "domain/attendance.h"
#include "domain/embedding.h"

namespace sas::edge {

struct VoterOptions {
  int look_every = 2;         // frames between two looks at a face that has not been sent yet
  int tired_look_every = 10;  // the same once `tired_after` looks in a row were not good enough
  int tired_after = 30;
  int ready_after = 3;    // good embeddings that make a vote
  int ready_frames = 25;  // frames after the first good one when fewer are enough; a second or so
  int vote_of = 3;        // the best so many embeddings are combined
  int check_every = 50;   // frames between two checks that a sent track is still the same person
  // Cosine below which a new embedding is somebody else's: the pack's verification threshold.
  float same_person = 0.35F;
  int changed_after = 2;      // somebody else's embeddings in a row that make it another person
  float resend_gain = 0.15F;  // how much better (quality, 0..1) a frame must be to ask the server again
  int max_resends = 2;        // of one person on one track
  std::size_t max_kept = 8;   // embeddings kept of one vote
  // Liveness is the median of the frames judged, of the latest so many at most. While it lies between the two
  // bounds the vote waits for more frames, as long as it waits for good ones.
  std::size_t max_judged = 9;
  float doubt_from = 0.2F;
  float doubt_to = 0.8F;
};

// What a track has to say to the server.
struct Vote {
  Embedding embedding;            // the best few, weighted by their quality, of unit length
  float quality = 0;              // of the best frame, 0..1
  std::optional<float> liveness;  // median of the frames that were judged, 0..1
  Timestamp captured_at{};        // of the newest frame that took part
  int frames = 0;                 // that took part
  bool resend = false;
};

// Collects what one track shows, decides when the expensive models are worth running and when there is enough
// to say. One vote a track, another only when the face was not recognised and is now seen clearly better, and
// a new one when the face on the track turns out to be somebody else's (two people crossed). Used by one
// thread.
class TrackVoter {
 public:
  explicit TrackVoter(VoterOptions options) : options_(options) {}

  // Is it worth finding landmarks and judging the quality in this frame? `frame` counts the source's frames.
  [[nodiscard]] bool wants_look(std::uint64_t frame) const;
  // Call after a look: is the face worth an embedding? Not when the quality has problems.
  [[nodiscard]] bool wants_embedding(std::uint64_t frame, bool good, float quality);
  // Takes the embedding of a frame for which wants_embedding() said yes. True: the track now shows somebody
  // else; what was collected and decided before is forgotten.
  bool add(std::uint64_t frame, Timestamp captured_at, float quality, std::optional<float> liveness,
           const Embedding& embedding);

  // Would take_vote() give one?
  [[nodiscard]] bool ready(std::uint64_t frame, bool ended) const;
  // The next ready() is true although a vote was taken: something other than a better picture has changed.
  void speak_again() { better_ = sent_; }
  // The last embedding that was added is this person's, not a stranger's on their track.
  [[nodiscard]] bool sees_same_person() const { return strangers_ == 0; }
  // A vote when there is enough to say, once; `ended`: the track is over, one good frame is enough.
  [[nodiscard]] std::optional<Vote> take_vote(std::uint64_t frame, bool ended);
  // What the server made of the last vote.
  void decided(Outcome outcome) { outcome_ = outcome; }

  [[nodiscard]] bool sent() const { return sent_; }
  [[nodiscard]] bool ever_good() const { return sent_ || !kept_.empty(); }
  [[nodiscard]] std::optional<Outcome> outcome() const { return outcome_; }

 private:
  struct Candidate {
    Embedding embedding;
    float quality = 0;
    Timestamp captured_at;
  };
  [[nodiscard]] Vote combine() const;
  [[nodiscard]] std::optional<float> liveness() const;
  void forget();
  [[nodiscard]] bool unsettled() const;

  VoterOptions options_;
  std::vector<Candidate> kept_;  // best quality first
  std::vector<float> judged_;    // liveness of this person's frames, oldest first
  std::optional<std::uint64_t> last_look_;
  std::uint64_t first_good_ = 0;
  int poor_looks_ = 0;  // in a row
  int strangers_ = 0;   // embeddings in a row that are not this person's
  int resends_ = 0;
  bool sent_ = false;
  bool better_ = false;  // something clearly better came after an unsettled decision
  float sent_quality_ = 0;
  std::optional<Outcome> outcome_;
};

}  // namespace sas::edge
