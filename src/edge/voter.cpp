#include "edge/voter.h"

#include <algorithm>
#include <array>

namespace sas::edge {

// The server could not recognise the face; a better picture may change that.
bool TrackVoter::unsettled() const {
  return outcome_ == Outcome::unknown || outcome_ == Outcome::ambiguous || outcome_ == Outcome::spoof;
}

bool TrackVoter::wants_look(std::uint64_t frame) const {
  if (!last_look_) return true;
  int pause = poor_looks_ >= options_.tired_after ? options_.tired_look_every : options_.look_every;
  if (checking()) {
    if (poor_looks_ < options_.tired_after) pause = 1;
  } else if (sent_) {
    // A look costs a fifth of an embedding, so look more often at a face that may still be recognised.
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
  if (!sent_ || checking() || check_due) return true;
  return unsettled() && resends_ < options_.max_resends && quality >= sent_quality_ + options_.resend_gain;
}

void TrackVoter::keep(std::uint64_t frame, const Candidate& candidate) {
  if (kept_.empty()) first_good_ = frame;
  if (sent_ && unsettled() && resends_ < options_.max_resends &&
      candidate.quality >= sent_quality_ + options_.resend_gain) {
    better_ = true;
  }
  const auto worse = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Candidate& other) { return other.quality < candidate.quality; });
  kept_.insert(worse, candidate);
  if (kept_.size() > options_.max_kept) kept_.pop_back();
  if (candidate.liveness) {
    judged_.push_back(*candidate.liveness);
    if (judged_.size() > options_.max_judged) judged_.erase(judged_.begin());
  }
}

std::optional<TrackVoter> TrackVoter::add(std::uint64_t frame, Timestamp captured_at, float quality,
                                          std::optional<float> liveness, const Embedding& embedding) {
  check_due_ = false;
  const Candidate candidate{embedding, quality, captured_at, liveness};
  if (kept_.empty() || cosine(combine().embedding, embedding) >= options_.same_person) {
    strangers_.clear();
    keep(frame, candidate);
    return std::nullopt;
  }
  // A single frame proves nothing, and neither do two that have nothing in common.
  if (!strangers_.empty() && cosine(strangers_.back().embedding, embedding) < options_.same_person)
    strangers_.clear();
  strangers_.push_back(candidate);
  if (strangers_.size() < options_.changed_after) return std::nullopt;
  TrackVoter newcomer(options_);
  newcomer.last_look_ = last_look_;
  for (const Candidate& stranger : strangers_) newcomer.keep(frame, stranger);
  return newcomer;
}

// The median, so that a single reflection does not decide.
std::optional<float> TrackVoter::liveness() const {
  if (judged_.empty()) return std::nullopt;
  std::vector<float> sorted = judged_;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

Vote TrackVoter::combine() const {
  std::array<double, kEmbeddingSize> sum{};
  Timestamp newest{};
  const std::size_t count = std::min(kept_.size(), static_cast<std::size_t>(options_.vote_of));
  for (std::size_t i = 0; i < count; ++i) {
    const Candidate& candidate = kept_[i];
    // A frame of quality 0 that passed the limits still counts a little.
    const double weight = 0.05 + static_cast<double>(candidate.quality);
    const auto values = candidate.embedding.values();
    for (std::size_t d = 0; d < kEmbeddingSize; ++d) sum[d] += weight * static_cast<double>(values[d]);
    newest = std::max(newest, candidate.captured_at);
  }
  std::array<float, kEmbeddingSize> mean{};
  std::transform(sum.begin(), sum.end(), mean.begin(),
                 [](double value) { return static_cast<float>(value); });
  // Embeddings of one person point in similar directions, so their sum is not zero. If it is, use the best one.
  auto embedding = Embedding::normalised(mean);
  return {.embedding = embedding ? *embedding : kept_.front().embedding,
          .quality = kept_.front().quality,
          .liveness = liveness(),
          .captured_at = newest,
          .frames = static_cast<int>(count),
          .resend = false};
}

bool TrackVoter::ready(std::uint64_t frame, bool ended) const {
  if (kept_.empty()) return false;
  if (sent_) return better_;
  if (ended || frame >= first_good_ + static_cast<std::uint64_t>(options_.ready_frames)) return true;
  if (kept_.size() < static_cast<std::size_t>(options_.ready_after)) return false;
  const auto live = liveness();
  const bool doubtful = live && *live > options_.doubt_from && *live < options_.doubt_to;
  return !doubtful || judged_.size() >= options_.max_judged;
}

std::optional<Vote> TrackVoter::take_vote(std::uint64_t frame, bool ended) {
  if (!ready(frame, ended)) return std::nullopt;
  if (sent_) ++resends_;
  Vote vote = combine();
  vote.resend = sent_;
  sent_ = true;
  better_ = false;
  sent_quality_ = vote.quality;
  outcome_.reset();
  return vote;
}

}  // namespace sas::edge
