#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "domain/ids.h"

namespace SQLite {
class Database;
}

namespace sas::edge {

struct OutboxOptions {
  std::filesystem::path path;     // the SQLite file; its folder is created
  std::size_t capacity = 100000;  // events waiting; about 1 KB each
};

struct WaitingEvent {
  std::int64_t sequence = 0;
  EventId event;
  std::string body;  // the JSON as it is sent
};

// Events on their way from the camera to the server, on disk, so that a kill, a power cut or a day without
// network loses none. An event has its own id and time, so delivering it twice is harmless. Thread-safe; two
// processes may share a file.
//
// A full outbox refuses the newest event instead of dropping the oldest: what it accepted, it keeps
// (docs/adr/0051).
class Outbox {
 public:
  // Only this user can read its folder and files, which hold embeddings; those of earlier versions lose the
  // rights of others here. failed_precondition "outbox_unwritable" (folder or file cannot be written, or is a
  // link), data_loss "outbox_damaged"
  // (not an outbox, or a damaged one), failed_precondition "outbox_too_new" (written by a newer version).
  [[nodiscard]] static Result<std::unique_ptr<Outbox>> open(const OutboxOptions& options);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Durable when it returns. Putting the same event again has no effect. resource_exhausted "outbox_full";
  // failed_precondition "storage_full"; unavailable when the file cannot be written.
  [[nodiscard]] Result<void> put(const EventId& event, Timestamp captured_at, const std::string& body);

  // The oldest events, oldest first, without those of `except` (sequences). They stay until remove() or
  // reject().
  [[nodiscard]] Result<std::vector<WaitingEvent>> peek(
      std::size_t most, const std::unordered_set<std::int64_t>& except = {}) const;
  // The server has acknowledged them.
  [[nodiscard]] Result<void> remove(const std::vector<std::int64_t>& sequences);
  // The server will never accept it: moves it to the table of rejected events, with the reason.
  [[nodiscard]] Result<void> reject(std::int64_t sequence, const Error& reason, Timestamp now);
  // Moves all rejected events back to the end of the queue. Returns how many.
  [[nodiscard]] Result<std::size_t> requeue_rejected();

  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t rejected() const;
  [[nodiscard]] const std::filesystem::path& path() const { return options_.path; }

 private:
  Outbox(OutboxOptions options, std::unique_ptr<SQLite::Database> database);
  void recount();  // under mutex_

  const OutboxOptions options_;
  mutable std::mutex mutex_;
  std::unique_ptr<SQLite::Database> database_;  // guarded by mutex_
  std::size_t waiting_ = 0;                     // guarded by mutex_
  std::size_t rejected_ = 0;                    // guarded by mutex_
};

// DATA_DIR/outbox/<camera>.db; characters that a file name should not have become %XX.
[[nodiscard]] std::filesystem::path outbox_path(const std::filesystem::path& data_dir,
                                                const CameraId& camera);

}  // namespace sas::edge
