#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace sas {

struct SqliteOptions {
  // The database file; the "-wal", "-shm" and ".lock" files next to it belong to it. Missing folders are created.
  std::filesystem::path path;
  // How long a statement waits for a lock held by another program (a backup, the sqlite3 shell).
  std::chrono::milliseconds busy_timeout{5000};
  // Maximum number of requests waiting for the writer; beyond it, resource_exhausted "store_busy".
  std::size_t write_queue = 8192;
  // Maximum number of requests that share one transaction, and so one fsync.
  std::size_t group_size = 512;
  // How long a group waits for more requests if the previous group had several; a lone request never waits. 0: never.
  std::chrono::microseconds group_wait{200};
  // A checkpoint runs in the background, next to commits, after this many new WAL pages (of 4 KiB). With a
  // backlog of four times as many, commits wait. Each checkpoint is synced as a whole, which delays commits on
  // the disk: with 1,000 pages p99 is a quarter higher than with 500. The WAL is reset after eight times as many
  // pages (16 MiB).
  int log_pages = 500;
  // Threads that answer reads, each with its own connection, and how many reads may wait for them.
  std::size_t readers = 2;
  std::size_t read_queue = 1024;
  // Up to this size, open() checks the whole file for damage, which takes about a second per gigabyte. In a
  // larger file, damage is found where it is read, and by the first scrub.
  std::uintmax_t full_check_up_to = 1ULL << 30;
  // An event that arrives later than this after its capture came from an outbox, so its delay says nothing about
  // the camera's clock.
  std::chrono::microseconds live_within{std::chrono::seconds{60}};

  // Verifying the checksums of all pages, next to requests.
  struct Scrub {
    std::chrono::milliseconds every = std::chrono::hours{24};
    // A slice is read at once, with a pause after it, so that requests hardly notice: at most 10 MiB/s.
    std::int64_t slice = 256;  // pages of 4 KiB
    std::chrono::milliseconds pause{100};
  };
  Scrub scrub = {};
};

}  // namespace sas
