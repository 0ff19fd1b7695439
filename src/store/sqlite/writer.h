#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/error.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database_lock.h"
#include "store/sqlite/write_context.h"

namespace sas::store::sqlite {

// A requested change.
class WriteRequest {
 public:
  virtual ~WriteRequest() = default;
  // Makes the change and stores the outcome. May be called again after a rollback.
  virtual void execute(WriteContext& context) = 0;
  // Replaces the outcome with an error.
  virtual void fail(const Error& error) = 0;
  // Passes the outcome to the caller. Called once, when the outcome is durable.
  virtual void finish() = 0;
  // Whether it deletes biometric data, which must then be removed from the WAL too.
  [[nodiscard]] virtual bool erases() const = 0;
};

// The only thread that changes the database. It executes all waiting requests in one transaction, so that they
// share one fsync (group commit). If the database refuses one request's data, the group is repeated request by
// request, so that the others succeed. If the storage itself fails, the whole group is rolled back and gets the
// error.
class Writer {
 public:
  // Takes ownership of `connection`. `options` and `lock` must outlive it. `on_feed` runs on the writer's thread
  // after commits that added feed entries. `verify`: how the checkpointer reads. Throws SQLite::Exception if the
  // checkpointer's connection cannot be opened.
  Writer(const SqliteOptions& options, const DatabaseLock& lock, std::unique_ptr<Connection> connection,
         Verify verify, std::function<void()> on_feed);
  // Completes all queued requests.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Returns the request if the queue is full, otherwise null. Thread-safe.
  [[nodiscard]] std::unique_ptr<WriteRequest> submit(std::unique_ptr<WriteRequest> request);

 private:
  using Group = std::vector<std::unique_ptr<WriteRequest>>;

  void run();
  [[nodiscard]] Group next_group(std::size_t expected);
  void commit(std::span<const std::unique_ptr<WriteRequest>> group);
  void erase_traces(bool erased);
  void checkpoint();

  const SqliteOptions& options_;
  const DatabaseLock& lock_;
  const std::function<void()> on_feed_;
  // Used only by thread_:
  std::unique_ptr<Connection> connection_;
  bool feed_grew_ = false;    // a commit added feed entries
  bool traces_left_ = false;  // the WAL may still contain deleted biometric data
  std::unique_ptr<Checkpointer> checkpointer_;
  int checkpointed_ = 0;       // WAL pages when the last checkpoint started
  int final_checkpoints_ = 0;  // final checkpoint rounds started since the last WAL reset

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::unique_ptr<WriteRequest>> queue_;  // guarded by mutex_
  std::size_t wanted_ = 1;  // guarded by mutex_: queue length at which to wake the thread
  bool closed_ = false;     // guarded by mutex_
  std::thread thread_;
};

}  // namespace sas::store::sqlite
