#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite/connection.h"

namespace sas::store::sqlite {

// Runs WAL checkpoints on its own thread and connection. SQLite's default, a checkpoint inside a commit, would
// delay every request that waits for that commit. Thread-safe.
class Checkpointer {
 public:
  explicit Checkpointer(std::unique_ptr<Connection> connection);
  // Waits for a running checkpoint.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Starts a checkpoint unless one is running. Commits continue meanwhile and stay in the WAL.
  void begin();
  [[nodiscard]] bool is_working();
  // Returns when no checkpoint is running.
  void wait();

 private:
  void run();

  std::unique_ptr<Connection> connection_;  // used only by thread_
  std::mutex mutex_;
  std::condition_variable changed_;
  bool working_ = false;  // guarded by mutex_
  bool closed_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace sas::store::sqlite
