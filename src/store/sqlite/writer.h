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
#include "store/case_folder.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/write_context.h"

namespace sas::sqlite {

// One change that somebody waits for.
class WriteRequest {
 public:
  virtual ~WriteRequest() = default;
  // Does it and keeps the outcome. May be called again after a rollback.
  virtual void execute(WriteContext& context) = 0;
  // Keeps this outcome instead.
  virtual void fail(const Error& error) = 0;
  // Hands the kept outcome to whoever waits. Called once, when the outcome is durable.
  virtual void finish() = 0;
  // Whether it deletes biometrics, so that the write-ahead log must be emptied of them too.
  [[nodiscard]] virtual bool erases() const = 0;
};

// The one thread that changes the database. It takes everything that waits into one transaction, so that one
// wait for the disk serves all of it (group commit). A request whose data the database refuses spoils nobody
// else's: the group is then done again one by one. When the storage itself fails, the whole group gets the
// error and nothing of it stands.
class Writer {
 public:
  // Takes over `connection`. `folder` outlives it. `on_feed` runs on the writer's thread after commits that added to the
  // feed. Throws SQLite::Exception when a second connection cannot
  // be made.
  Writer(const SqliteOptions& options, std::unique_ptr<Connection> connection,
         const store::CaseFolder& folder, std::function<void()> on_feed);
  // Finishes what is queued.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Gives the request back when the queue is full. Thread-safe.
  [[nodiscard]] std::unique_ptr<WriteRequest> submit(std::unique_ptr<WriteRequest> request);

 private:
  using Group = std::vector<std::unique_ptr<WriteRequest>>;

  void run();
  [[nodiscard]] Group next_group(std::size_t expected);
  void commit(std::span<const std::unique_ptr<WriteRequest>> group);
  void erase_traces(bool erased);
  void shorten_log();

  const SqliteOptions& options_;
  const store::CaseFolder& folder_;
  const std::function<void()> on_feed_;
  std::unique_ptr<Connection> connection_;      // the thread's own
  bool told_ = false;                           // the thread's own: a commit added to the feed
  bool traces_left_ = false;                    // the thread's own
  std::unique_ptr<Checkpointer> checkpointer_;  // the thread's own
  int carried_over_ = 0;  // the thread's own: pages of the log when it was last begun to carry them over
  int last_rounds_ = 0;   // the thread's own: of those before the log starts anew, how many were begun

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::unique_ptr<WriteRequest>> queue_;  // guarded by mutex_
  std::size_t wanted_ = 1;                           // guarded by mutex_: wake the thread at this length
  bool closed_ = false;                              // guarded by mutex_
  std::thread thread_;
};

}  // namespace sas::sqlite
