#pragma once
// How a server hears what other servers do to the templates of a store that they share.

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "domain/person.h"

namespace sas {

// A face that was added, replaced or removed, as it is now.
struct TemplateChange {
  FaceId face;
  std::optional<FaceTemplate> now;  // none: it is no more
};

struct TemplateChanges {
  std::vector<TemplateChange> changes;  // in the order in which they were committed
  std::int64_t position = 0;            // go on from here
  bool complete = false;                // nothing followed when this was read
};

// The changes of the templates in the order in which they were committed, each of them, however late one
// asks: of a face that changed several times only the last one. A position is a place in that order: what is
// committed before position() is asked for lies before it, everything else after it. Thread-safe.
class TemplateFeed {
 public:
  virtual ~TemplateFeed() = default;

  [[nodiscard]] virtual Task<Result<std::int64_t>> position() = 0;
  // unavailable; failed_precondition "feed_went_back": the store is older than that position, because a
  // backup was put back; whoever follows starts again at 0.
  [[nodiscard]] virtual Task<Result<TemplateChanges>> changes_after(std::int64_t position) = 0;
  // Completes soon after a change, and at the latest after `patience`; also when there was none. One caller
  // at a time.
  [[nodiscard]] virtual Task<void> wait(std::chrono::milliseconds patience) = 0;
};

}  // namespace sas
