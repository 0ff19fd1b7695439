#include "audit/chain.h"

#include <algorithm>
#include <charconv>

namespace sas::audit {
namespace {

std::string row(std::int64_t sequence) { return "row " + std::to_string(sequence); }

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  return std::to_string(checkpoint.sequence) + ":" + checkpoint.hash;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  Checkpoint checkpoint;
  const auto colon = std::min(text.find(':'), text.size());
  const auto [end, failure] = std::from_chars(text.data(), text.data() + colon, checkpoint.sequence);
  checkpoint.hash = text.substr(std::min(colon + 1, text.size()));
  if (failure != std::errc() || end != text.data() + colon || checkpoint.sequence < 0 ||
      checkpoint.hash.size() != no_hash().size() ||
      checkpoint.hash.find_first_not_of("0123456789abcdef") != std::string::npos)
    return Error::of(ErrorKind::invalid_argument, "invalid_checkpoint",
                     "not a checkpoint: \"" + std::string(text.substr(0, 100)) +
                         "\"; expected the form 17:HASH, as \"attend audit checkpoint\" prints it");
  return checkpoint;
}

std::optional<Break> ChainCheck::add(const Row& next) {
  const std::int64_t expected = last_.sequence + 1;
  if (next.sequence != expected)
    return Break{expected, next.sequence > expected
                               ? row(expected) + " is missing: the next one is " + row(next.sequence)
                               : row(expected) + " is not where it was: " + row(next.sequence) +
                                     " stands in its place"};
  if (next.hash != hash_of(next))
    return Break{expected, row(expected) + " was changed: its hash is not that of its content"};
  if (next.previous_hash != last_.hash)
    return Break{expected, row(expected) + " does not continue the row before it, which was replaced"};
  if (checkpoint_ && checkpoint_->sequence == expected && checkpoint_->hash != next.hash)
    return Break{expected, row(expected) + " is not the row of the checkpoint: the log was rewritten"};
  last_ = {next.sequence, next.hash};
  return std::nullopt;
}

std::optional<Break> ChainCheck::finish() const {
  if (!checkpoint_ || checkpoint_->sequence <= last_.sequence) return std::nullopt;
  return Break{last_.sequence + 1, row(last_.sequence + 1) +
                                       " and later ones are missing: the checkpoint is " +
                                       row(checkpoint_->sequence)};
}

}  // namespace sas::audit
