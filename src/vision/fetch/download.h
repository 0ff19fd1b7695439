#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "base/error.h"

namespace sas::vision {

struct Download {
  std::string url;  // http or https; an https address is never redirected to http
  std::uint64_t bytes = 0;
  std::string sha256;  // 64 lower-case hex digits
  std::filesystem::path target;

  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // may be empty; called periodically
  std::stop_token stop;
  int attempts = 6;                             // consecutive attempts without progress
  std::chrono::milliseconds first_pause{1000};  // before the second attempt; doubles up to 30 s
  std::chrono::seconds stall{30};               // without a byte; then the connection counts as broken
};

// Downloads to `target` unless the file already exists. Received data is kept in <target>.part, so that after
// a broken connection, a kill or a reboot the next attempt or call requests only the rest (RFC 9110, Range).
// Errors:
// * unavailable "download_failed" (the server does not answer or keeps disconnecting), "interrupted"
// * not_found "download_not_found" (the server says the file does not exist, or refuses it)
// * data_loss "download_wrong_size", "download_damaged" (names both hashes; the partial file is deleted)
// * failed_precondition "storage_full", "models_dir_unwritable"
// * conflict "download_running" (by another process)
[[nodiscard]] Result<void> download(const Download& wanted);

}  // namespace sas::vision
