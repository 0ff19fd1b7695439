#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

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

}  // namespace sas
