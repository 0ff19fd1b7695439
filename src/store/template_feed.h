#pragma once
// How a server learns of changes that other servers make to the templates of a shared store.

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "domain/person.h"

namespace sas {

// The current state of a face that was added, replaced or removed.
struct TemplateChange {
  FaceId face;
  std::optional<FaceTemplate> now;  // none: removed
};

struct TemplateChanges {
  std::vector<TemplateChange> changes;  // in commit order
  std::int64_t position = 0;            // continue from here
  bool complete = false;                // there were no later changes when this was read
};

// All changes of the templates in commit order, at any later time; of a face that changed several times, only the
// last change. A position is a place in that order: changes committed before the call of position() are before it,
// all others after it. Thread-safe.
class TemplateFeed {
 public:
  virtual ~TemplateFeed() = default;

  [[nodiscard]] virtual Task<Result<std::int64_t>> position() = 0;
  // unavailable; failed_precondition "feed_went_back": the store is older than that position because a backup was
  // restored; start again at 0.
  [[nodiscard]] virtual Task<Result<TemplateChanges>> changes_after(std::int64_t position) = 0;
  // Completes soon after a change, or after `patience` without one. One caller at a time.
  [[nodiscard]] virtual Task<void> wait(std::chrono::milliseconds patience) = 0;
};

}  // namespace sas
