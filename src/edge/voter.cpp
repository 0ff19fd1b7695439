#include "edge/voter.h"

#include <algorithm>
#include <array>

namespace sas::edge {

// The server could not name the face: a better look at it may change that.
bool TrackVoter::unsettled() const {
  return outcome_ == Outcome::unknown || outcome_ == Outcome::ambiguous || outcome_ == Outcome::spoof;
}

bool TrackVoter::wants_look(std::uint64_t frame) const {
  if (!last_look_) return true;
  int pause = poor_looks_ >= options_.tired_after ? options_.tired_look_every : options_.look_every;
  if (sent_ && strangers_ == 0) {
    // Looking costs a fifth of embedding, so a face that was not recognised may be looked at more often for a
    // better moment.
    const bool may_improve = unsettled() && resends_ < options_.max_resends;
    pause = may_improve ? options_.tired_look_every : options_.check_every;
  }
  return frame >= *last_look_ + static_cast<std::uint64_t>(pause);
}

bool TrackVoter::wants_embedding(std::uint64_t frame, bool good, float quality) {
  const bool check_due =
      !last_look_ || frame >= *last_look_ + static_cast<std::uint64_t>(options_.check_every);
  last_look_ = frame;
  if (!good) {
    ++poor_looks_;
    return false;
  }
  poor_looks_ = 0;
  if (!sent_ || strangers_ > 0 || check_due) return true;
  return unsettled() && resends_ < options_.max_resends && quality >= sent_quality_ + options_.resend_gain;
}

void TrackVoter::forget() {
  kept_.clear();
  strangers_ = 0;
  resends_ = 0;
  sent_ = false;
  better_ = false;
  sent_quality_ = 0;
  outcome_.reset();
}

bool TrackVoter::add(std::uint64_t frame, Timestamp captured_at, float quality, std::optional<float> liveness,
                     const Embedding& embedding) {
  bool changed = false;
  if (!kept_.empty() && cosine(combine().embedding, embedding) < options_.same_person) {
    if (++strangers_ < options_.changed_after) return false;  // one odd frame proves nothing
    forget();
    changed = true;
  }
  strangers_ = 0;
  if (kept_.empty()) first_good_ = frame;
  if (sent_ && unsettled() && resends_ < options_.max_resends &&
      quality >= sent_quality_ + options_.resend_gain) {
    better_ = true;
  }
  const auto worse = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Candidate& candidate) { return candidate.quality < quality; });
  kept_.insert(worse, Candidate{embedding, quality, liveness, captured_at});
  if (kept_.size() > options_.max_kept) kept_.pop_back();
  return changed;
}

Vote TrackVoter::combine() const {
  std::array<double, kEmbeddingSize> sum{};
  Timestamp newest{};
  float live = 0;
  int judged = 0;
  const std::size_t count = std::min(kept_.size(), static_cast<std::size_t>(options_.vote_of));
  for (std::size_t i = 0; i < count; ++i) {
    const Candidate& candidate = kept_[i];
    // Even a frame of quality 0 that passed the limits counts a little.
    const double weight = 0.05 + static_cast<double>(candidate.quality);
    const auto values = candidate.embedding.values();
    for (std::size_t d = 0; d < kEmbeddingSize; ++d) sum[d] += weight * static_cast<double>(values[d]);
    newest = std::max(newest, candidate.captured_at);
    if (candidate.liveness) {
      live += *candidate.liveness;
      ++judged;
    }
  }
  std::array<float, kEmbeddingSize> mean{};
  std::transform(sum.begin(), sum.end(), mean.begin(),
                 [](double value) { return static_cast<float>(value); });
  // Embeddings of one person point the same way, so their sum has a length; should it not, the best one
  // speaks alone.
  auto embedding = Embedding::normalised(mean);
  std::optional<float> liveness;
  if (judged > 0) liveness = live / static_cast<float>(judged);
  return Vote{embedding ? *embedding : kept_.front().embedding,
              kept_.front().quality,
              liveness,
              newest,
              static_cast<int>(count),
              false};
}

std::optional<Vote> TrackVoter::take_vote(std::uint64_t frame, bool ended) {
  if (kept_.empty()) return std::nullopt;
  if (sent_) {
    if (!better_) return std::nullopt;
    ++resends_;
  } else {
    const bool enough = kept_.size() >= static_cast<std::size_t>(options_.ready_after);
    const bool waited = frame >= first_good_ + static_cast<std::uint64_t>(options_.ready_frames);
    if (!enough && !waited && !ended) return std::nullopt;
  }
  Vote vote = combine();
  vote.resend = sent_;
  sent_ = true;
  better_ = false;
  sent_quality_ = vote.quality;
  outcome_.reset();
  return vote;
}

}  // namespace sas::edge
