#include "store/sqlite/scrubber.h"

#include <array>
#include <utility>

namespace sas::store::sqlite {

Scrubber::Scrubber(const SqliteOptions& options, int descriptor, bool at_once, Report report)
    : options_(options),
      descriptor_(descriptor),
      report_(std::move(report)),
      thread_([this, at_once] { run(at_once); }) {}

Scrubber::~Scrubber() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool Scrubber::wait(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, duration, [this] { return closed_; });
}

void Scrubber::run(bool at_once) {
  if (!at_once && wait(options_.scrub.every)) return;
  for (;;) {
    pass();
    if (wait(options_.scrub.every)) return;
  }
}

void Scrubber::pass() {
  auto pages = PageCheck::of(descriptor_);
  if (!pages || !pages->layout().has_checksums) return;
  for (std::int64_t first = 1; first <= pages->pages(); first += options_.scrub.slice) {
    PageReport report;
    pages->check(first, options_.scrub.slice, report);
    for (const std::int64_t page : report.damaged) confirm(*pages, page);
    if (wait(options_.scrub.pause)) return;
  }
}

// A checkpoint may have been writing the page.
void Scrubber::confirm(PageCheck& pages, std::int64_t page) {
  constexpr int kTries = 3;
  constexpr std::chrono::milliseconds kBetween{50};
  for (int i = 0; i < kTries; ++i) {
    if (wait(kBetween)) return;
    PageReport again;
    pages.check(page, 1, again);
    if (again.damaged.empty()) return;
  }
  if (reported_.insert(page).second) report_(damaged_pages(options_.path, std::array{page}));
}

}  // namespace sas::store::sqlite
