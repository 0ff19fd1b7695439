#include "store/sqlite/file_state.h"

#include <chrono>
#include <filesystem>
#include <system_error>

#include <spdlog/spdlog.h>

#include "store/sqlite/page_check.h"
#include "store/sqlite/schema.h"

namespace sas::store::sqlite {
namespace {

// Pages in the log are newer than those in the file, so the file alone says nothing while there is a log. False: the
// log is in use, or the database belongs to another program.
bool empty_log_of(const SqliteOptions& options) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(options.path.string() + "-wal", problem);
  if (problem || size == 0) return true;
  Connection recovery(options, Connection::Role::recovery, Verify::off);
  if (recovery.database().execAndGet("PRAGMA application_id").getInt64() != kApplicationId) return false;
  return recovery.empty_log();
}

std::uintmax_t megabytes(std::uintmax_t bytes) { return (bytes >> 20U) + 1; }

void add_checksums(FileState& state, Connection& writer, const SqliteOptions& options) {
  constexpr int kCopies = 2;  // VACUUM writes a copy, and that into the log
  const std::string path = options.path.string();
  const auto warn = [&](const std::string& why) {
    spdlog::warn(
        "database {}: its pages have no checksums, and there is no space to add them ({}): bits that the "
        "disk "
        "changes may go unnoticed; free {} MB and restart the server",
        path, why, megabytes(kCopies * std::filesystem::file_size(options.path)));
  };
  std::error_code problem;
  const auto size = std::filesystem::file_size(options.path, problem);
  const auto space = std::filesystem::space(options.path.parent_path(), problem);
  if (!problem && space.available < kCopies * size)
    return warn(std::to_string(megabytes(space.available)) + " MB are free");
  spdlog::info("database {}: adding checksums to its pages ({} MB), once", path, megabytes(size));
  const auto begun = std::chrono::steady_clock::now();
  try {
    errno = 0;  // for to_error()
    writer.execute("VACUUM");
  } catch (const SQLite::Exception& failure) {
    const Error error = to_error(failure, options.path, &writer);
    if (error.code != "storage_full") throw;
    return warn(failure.what());
  }
  if (!writer.empty_log())
    spdlog::info("database {}: another program reads it; the checksums follow with the next checkpoint",
                 path);
  state.has_checksums = true;
  state.checked = true;
  spdlog::info("database {}: added checksums in {} ms", path,
               std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun)
                   .count());
}

}  // namespace

Result<FileState> examine(const SqliteOptions& options, const DatabaseLock& lock) {
  std::error_code problem;
  if (std::filesystem::file_size(options.path, problem) == 0 && !problem)
    return FileState{.has_checksums = true, .checked = true};
  FileState state;
  const bool is_whole = empty_log_of(options);
  auto pages = PageCheck::of(lock.file());
  if (!pages) return state;  // not a database, as SQLite will say
  state.has_checksums = pages->layout().has_checksums;
  if (!is_whole || !state.has_checksums ||
      std::filesystem::file_size(options.path) > options.full_check_up_to)
    return state;
  PageReport report;
  pages->check(1, pages->pages(), report);
  if (!report.damaged.empty()) return damaged_pages(options.path, report.damaged);
  state.checked = true;
  state.unsealed = std::move(report.unsealed);
  return state;
}

void complete_checksums(FileState& state, Connection& writer, const SqliteOptions& options,
                        const DatabaseLock& lock) {
  if (!state.has_checksums) return add_checksums(state, writer, options);
  if (state.unsealed.empty()) return;
  // Nothing of this connection is in the file yet: it has made no checkpoint.
  auto pages = PageCheck::of(lock.file());
  if (!pages || !pages->seal_pages(state.unsealed)) {
    spdlog::warn("database {}: cannot write the checksums of {} pages", options.path.string(),
                 state.unsealed.size());
    return;
  }
  spdlog::warn(
      "database {}: another program, such as the sqlite3 shell, wrote {} pages without a checksum; their "
      "structure is "
      "right, and they have one now",
      options.path.string(), state.unsealed.size());
  state.unsealed.clear();
}

}  // namespace sas::store::sqlite
