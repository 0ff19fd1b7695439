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

  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // may be empty; called now and then
  std::stop_token stop;
  int attempts = 6;                             // in a row that bring nothing
  std::chrono::milliseconds first_pause{1000};  // before the second attempt; doubles up to 30 s
  std::chrono::seconds stall{30};               // without a byte: the connection counts as broken
};

// Brings `target` there, unless it is there already. What arrives is kept in <target>.part, so that a broken
// connection, a kill or a reboot costs only what was on its way: the next attempt, or the next call, asks for
// the rest (RFC 9110, Range). Errors:
//  * unavailable "download_failed" (the server does not answer, or goes away again and again), "interrupted"
//  * not_found "download_not_found" (the server says that there is no such file, or refuses it)
//  * data_loss "download_wrong_size", "download_damaged" (names both hashes; the part is thrown away)
//  * failed_precondition "storage_full", "models_dir_unwritable"; conflict "download_running" (by another
//  process)
[[nodiscard]] Result<void> download(const Download& wanted);

}  // namespace sas::vision
