#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "domain/ids.h"

namespace SQLite {
class Database;
}

namespace sas::edge {

struct OutboxOptions {
  std::filesystem::path path;     // the SQLite file; its folder is made
  std::size_t capacity = 100000;  // events waiting; about 1 KB each
};

struct WaitingEvent {
  std::int64_t sequence = 0;
  EventId event;
  std::string body;  // the JSON as it is sent
};

// Events between the camera and the server, on disk, so that neither a kill nor a power cut nor a day without
// network loses one. An event carries its own id and time, so delivering it twice is harmless. Thread-safe;
// two processes may share a file.
//
// A full outbox refuses the newest event instead of dropping the oldest: what was once accepted is kept
// (docs/adr/0051).
class Outbox {
 public:
  // failed_precondition "outbox_unwritable" (folder or file cannot be written), data_loss "outbox_damaged"
  // (not an outbox, or a damaged one), failed_precondition "outbox_too_new" (written by a newer version).
  [[nodiscard]] static Result<std::unique_ptr<Outbox>> open(const OutboxOptions& options);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Durable when it returns. The same event again changes nothing. resource_exhausted "outbox_full";
  // failed_precondition "storage_full"; unavailable when the file cannot be written.
  [[nodiscard]] Result<void> put(const EventId& event, Timestamp captured_at, const std::string& body);

  // The oldest, oldest first. They stay until remove() or reject().
  [[nodiscard]] Result<std::vector<WaitingEvent>> peek(std::size_t most) const;
  // The server has acknowledged them.
  [[nodiscard]] Result<void> remove(const std::vector<std::int64_t>& sequences);
  // The server refuses it for good: kept aside with the reason, for a person to look at.
  [[nodiscard]] Result<void> reject(std::int64_t sequence, const Error& reason, Timestamp now);
  // Puts everything that was refused back into the queue, at its end. Returns how many.
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
