#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "store/sqlite/options.h"
#include "store/sqlite/page_check.h"

namespace sas::store::sqlite {

// Verifies the checksums of all pages once a day, on its own thread, and reports damaged ones. Damage in a page that is
// rarely read is then known while there is still a backup from before it.
class Scrubber {
 public:
  using Report = std::function<void(const Error&)>;

  // `options` and the descriptor, which is of the database file, must outlive this object. `at_once`: starts with a
  // pass, instead of after the first interval. `report` runs on the own thread, once for each damaged page.
  Scrubber(const SqliteOptions& options, int descriptor, bool at_once, Report report);
  ~Scrubber();
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

 private:
  void run(bool at_once);
  void pass();
  // True: the object is being destroyed.
  [[nodiscard]] bool wait(std::chrono::milliseconds duration);
  void confirm(PageCheck& pages, std::int64_t page);

  const SqliteOptions& options_;
  const int descriptor_;
  const Report report_;
  std::set<std::int64_t> reported_;  // used only by thread_
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace sas::store::sqlite
