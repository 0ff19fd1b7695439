#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/connection.h"

namespace sas::sqlite {

// Carries commits from the write-ahead log into the database, on a thread and a connection of its own. Within
// a commit, where SQLite does it by default, it would hold up everybody who waits for that commit.
// Thread-safe.
class Checkpointer {
 public:
  explicit Checkpointer(std::unique_ptr<Connection> connection);
  // Waits for what is under way.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Begins, unless it is at it already. Commits go on meanwhile, and stay in the log.
  void begin();
  [[nodiscard]] bool is_working();
  // Until nothing is under way.
  void wait();

 private:
  void run();

  std::unique_ptr<Connection> connection_;  // the thread's own
  std::mutex mutex_;
  std::condition_variable changed_;
  bool working_ = false;  // guarded by mutex_
  bool closed_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace sas::sqlite
