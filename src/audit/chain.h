#pragma once
// Proves that an organisation's audit log is whole.
//
//   ChainCheck check(checkpoint);
//   for (const Row& row : rows)
//     if (auto broken = check.add(row)) return *broken;
//   if (auto broken = check.finish()) return *broken;

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/row.h"
#include "base/error.h"

namespace sas::audit {

// The newest row at some time, noted elsewhere. It shows later that no row up to it was changed or cut off, which the
// log alone cannot show of its end.
struct Checkpoint {
  std::int64_t sequence = 0;  // 0: the log was empty
  Hash hash = no_hash();

  bool operator==(const Checkpoint&) const = default;
};

// "17:" and 64 hexadecimal digits.
[[nodiscard]] std::string to_text(const Checkpoint& checkpoint);
// invalid_argument "invalid_checkpoint".
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::string_view text);

// The first row that is wrong or missing.
struct Break {
  std::int64_t sequence = 0;
  std::string why;  // a sentence for people that names the row
};

// Takes the rows of one organisation, oldest first. Not thread-safe.
class ChainCheck {
 public:
  // With a checkpoint, finds also where the log differs from what it was then.
  explicit ChainCheck(std::optional<Checkpoint> checkpoint = {}) : checkpoint_(std::move(checkpoint)) {}

  // None: the row continues the chain. No more rows may be added after a break.
  [[nodiscard]] std::optional<Break> add(const Row& row);
  // After the last row.
  [[nodiscard]] std::optional<Break> finish() const;

  // The last row that was added.
  [[nodiscard]] const Checkpoint& last() const { return last_; }

 private:
  std::optional<Checkpoint> checkpoint_;
  Checkpoint last_;
};

}  // namespace sas::audit
