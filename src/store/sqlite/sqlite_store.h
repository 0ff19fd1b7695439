#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

#include "store/store.h"

namespace sas {

struct SqliteOptions {
  // The database file; "-wal", "-shm" and ".lock" beside it belong to it. Missing folders are made.
  std::filesystem::path path;
  // How long a statement waits for a lock of another program (a backup, the sqlite3 shell).
  std::chrono::milliseconds busy_timeout{5000};
  // Requests that wait for the writer; one more is resource_exhausted "store_busy".
  std::size_t write_queue = 8192;
  // The most requests that share one transaction, and so one wait for the disk.
  std::size_t group_size = 512;
  // How long a group waits for company once one of several has come; a lone request never waits. 0: never.
  std::chrono::microseconds group_wait{200};
  // So many pages (of 4 KiB) of the write-ahead log at a time are carried over into the database, beside the
  // writes; when four times as many wait for that, the writes wait too. What is carried over at once is
  // flushed at once, and the disk makes commits wait for it: 1,000 pages cost p99 a quarter more than 500.
  // The log starts anew after eight times as many (16 MiB).
  int log_pages = 500;
  // Threads (with a connection each) that answer reads, and reads that may wait for them.
  std::size_t readers = 2;
  std::size_t read_queue = 1024;
  // Up to this size the whole file is checked for damage at open, which costs about a second per gigabyte;
  // a larger one only where it is read.
  std::uintmax_t full_check_up_to = 1ULL << 30;
  // An event that arrived later than this after its capture came from an outbox and says nothing about the
  // camera's clock.
  std::chrono::microseconds live_within{std::chrono::seconds{60}};
};

// The store in one SQLite file. One thread writes, and commits what waits together; every commit is on the
// disk (WAL, synchronous=FULL) before anybody hears of it. A second server on the same file is refused: its
// gallery and its cooldown, held in memory, would not know of ours.
//
// Destroying it finishes what was asked for, empties the write-ahead log into the file and releases the lock.
// Executors of coroutines that wait for it must outlive it.
class SqliteStore final : public Store {
 public:
  // Runs the migrations that are missing and mends missing tables, indexes and triggers. Errors:
  //  * failed_precondition "database_in_use", "storage_unwritable", "schema_newer", "not_our_database",
  //    "storage_full"
  //  * data_loss "database_damaged"
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(SqliteOptions options);

  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  [[nodiscard]] Task<Result<void>> add_person(Person person, std::vector<FaceTemplate> faces,
                                              std::optional<FaceCheck> check = {}) override;
  [[nodiscard]] Task<Result<PersonDetails>> person(OrganisationId organisation, PersonId id) override;
  [[nodiscard]] Task<Result<Page<PersonDetails>>> persons(PersonQuery query) override;
  [[nodiscard]] Task<Result<Person>> update_person(OrganisationId organisation, PersonId id,
                                                   PersonChange change, Timestamp now) override;
  [[nodiscard]] Task<Result<void>> remove_person(OrganisationId organisation, PersonId id,
                                                 Timestamp now) override;
  [[nodiscard]] Task<Result<void>> add_face(FaceTemplate face, std::optional<FaceCheck> check = {}) override;
  [[nodiscard]] Task<Result<void>> remove_face(OrganisationId organisation, PersonId person,
                                               FaceId face) override;
  // `sink` runs on the caller's executor; no transaction is held meanwhile.
  [[nodiscard]] Task<Result<void>> for_each_template(
      std::function<bool(std::vector<FaceTemplate>)> sink) override;
  [[nodiscard]] Task<Result<std::string>> template_fingerprint() override;
  [[nodiscard]] Task<Result<Decision>> record(Sighting sighting, Decision proposed,
                                              std::chrono::seconds window) override;
  [[nodiscard]] Task<Result<Page<AttendanceRecord>>> attendance(AttendanceQuery query) override;
  [[nodiscard]] Task<Result<AttendanceRecord>> attendance_record(OrganisationId organisation,
                                                                 AttendanceId id) override;
  [[nodiscard]] Task<Result<Page<SightingRecord>>> sightings(SightingQuery query) override;
  [[nodiscard]] Task<Result<Tallies>> tallies(TallyQuery query) override;
  [[nodiscard]] Task<Result<void>> heartbeat(Heartbeat heartbeat) override;
  [[nodiscard]] Task<Result<std::vector<ActiveMark>>> active_marks(Timestamp now) override;
  [[nodiscard]] Task<Result<std::vector<Camera>>> cameras(OrganisationId organisation) override;
  // Writes one row and reads it: a full disk and a dead reader both show.
  [[nodiscard]] Task<Result<void>> ping() override;

 private:
  class Impl;
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sas
