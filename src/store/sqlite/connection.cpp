#include "store/sqlite/connection.h"

#include <array>
#include <cerrno>

#include <sqlite3.h>

#include "store/sqlite/page_check.h"

namespace sas::store::sqlite {
namespace {

// SQLITE_OPEN_NOMUTEX: the owner ensures that only one thread uses a connection at a time.
constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

std::string system_reason(int number) {
  return number == 0 ? "" : " (" + std::generic_category().message(number) + ")";
}

// Disables SQLite's memory statistics, which nothing here reads: they count every allocation of the process
// under one lock, a tenth of the time a mark spends in SQLite. This works only before SQLite is first used;
// later it has no effect.
void disable_statistics() {
  static const int told = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(told);
}

SQLite::Database open_file(const SqliteOptions& options) {
  disable_statistics();
  return {options.path.string(), kFlags, static_cast<int>(options.busy_timeout.count()), checksum_vfs()};
}

SQLite::Database open_memory() {
  disable_statistics();
  return {":memory:", kFlags};
}

bool is_out_of_room(int number) { return number == ENOSPC || number == EDQUOT || number == EFBIG; }

}  // namespace

Connection::Connection(const SqliteOptions& options, Role role, Verify verify)
    : database_(open_file(options)) {
  sqlite3_extended_result_codes(database_.getHandle(), 1);
  set_verify(database_.getHandle(), role == Role::recovery ? Verify::off : verify);
  execute("PRAGMA trusted_schema = OFF");
  if (role == Role::reader) {
    execute("PRAGMA query_only = ON");
    return;
  }
  if (role == Role::recovery) return;
  if (role == Role::writer) reserve_checksum_bytes(database_.getHandle());
  if (database_.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal")
    throw SQLite::Exception("its file system does not support a write-ahead log", SQLITE_CANTOPEN);
  execute("PRAGMA synchronous = FULL");
  if (role == Role::checkpointer) return;
  sqlite3_wal_hook(
      database_.getHandle(),
      [](void* self, sqlite3* /*handle*/, const char* /*database*/, int pages) {
        static_cast<Connection*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);  // replaces SQLite's automatic checkpoints inside commits
  execute("PRAGMA foreign_keys = ON");
  // Overwrites deleted templates: they are biometric data.
  execute("PRAGMA secure_delete = ON");
  // KiB. SQLite walks its whole cache at the end of every transaction that grows the file. With a larger cache
  // that costs more than rereading pages from the system's cache: at 32 MiB, half of a mark's time.
  execute("PRAGMA cache_size = -4096");
  execute("PRAGMA journal_size_limit = 67108864");  // bytes of WAL kept after a burst
}

Connection::Connection() : database_(open_memory()) {}

bool Connection::in_transaction() { return sqlite3_get_autocommit(database_.getHandle()) == 0; }

void Connection::roll_back() noexcept {
  if (in_transaction()) database_.tryExec("ROLLBACK");
}

void Connection::checkpoint() noexcept {
  sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

void Connection::flush_database() noexcept {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database_.getHandle(), nullptr, SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK)
    return;
  if (file != nullptr && file->pMethods != nullptr)
    file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

bool Connection::empty_log() {
  // Do not wait for readers: requests are waiting for this write.
  sqlite3* const handle = database_.getHandle();
  const int waited = static_cast<int>(database_.execAndGet("PRAGMA busy_timeout").getInt());
  sqlite3_busy_timeout(handle, 0);
  const int result = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(handle, waited);
  return result == SQLITE_OK;
}

SQLite::Statement& Connection::prepared(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return *found->second;
  auto statement = std::make_unique<SQLite::Statement>(database_, std::string(sql));
  SQLite::Statement& made = *statement;
  statements_.emplace(made.getQuery(), std::move(statement));
  return made;
}

std::span<const std::uint8_t> Query::blob(int column) const {
  const SQLite::Column value = statement_.getColumn(column);
  const auto* bytes = static_cast<const std::uint8_t*>(value.getBlob());
  return {bytes, static_cast<std::size_t>(value.getBytes())};
}

Uuid Query::uuid(int column) const {
  const auto id = Uuid::from_bytes(blob(column));
  if (!id) throw SQLite::Exception("an id does not have 16 bytes", SQLITE_CORRUPT);
  return *id;
}

Error to_error(const SQLite::Exception& failure, const std::filesystem::path& path, Connection* connection) {
  const std::string database = "the database " + path.string();
  // SQLite records the system's error number for some failures, but not for COMMIT; there errno still has it.
  int number = connection == nullptr ? 0 : sqlite3_system_errno(connection->database().getHandle());
  if (number == 0) number = errno;
  const int code = failure.getErrorCode() & 0xFF;
  const bool of_the_file = code == SQLITE_IOERR || code == SQLITE_CANTOPEN;
  if (code == SQLITE_FULL || (of_the_file && is_out_of_room(number)))
    return Error::of(ErrorKind::failed_precondition, "storage_full",
                     "no space left to write " + database +
                         "; free some space there or raise the quota; the server then continues by itself");
  if (failure.getErrorCode() == SQLITE_IOERR_DATA) {
    // A connection that could not be opened has read only the first page.
    const auto page = connection == nullptr ? std::nullopt : refused_page(connection->database().getHandle());
    return damaged_pages(path, std::array{page.value_or(1)});
  }
  switch (code) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error::of(
          ErrorKind::data_loss, "database_damaged",
          database + " is damaged: " + failure.what() +
              "; stop the server, move the file away and restore the last backup, or recover what is "
              "readable with: sqlite3 FILE .recover");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error::of(
          ErrorKind::unavailable, "database_busy",
          database + " is locked by another program; end that program's transaction and try again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return Error::of(
          ErrorKind::failed_precondition, "storage_unwritable",
          "cannot open " + database + " for writing: " + failure.what() + system_reason(number) +
              "; give this user write permission for the file and its folder, or choose another file with "
              "DATABASE_URL");
    case SQLITE_IOERR:
      return Error::of(ErrorKind::unavailable, "storage_error",
                       database + " cannot be read or written: " + failure.what() + system_reason(number) +
                           "; check the disk");
    case SQLITE_NOMEM:
      return Error::of(ErrorKind::resource_exhausted, "no memory left for " + database);
    case SQLITE_CONSTRAINT:
      return Error::of(ErrorKind::conflict, "already_exists",
                       "this conflicts with existing data in " + database + ": " + failure.what());
    default:
      return Error::of(ErrorKind::internal, database + ": " + failure.what());
  }
}

bool concerns_storage(const SQLite::Exception& failure) {
  if (failure.getErrorCode() == SQLITE_IOERR_DATA) return false;  // other requests may not need that page
  switch (failure.getErrorCode() & 0xFF) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
      return false;
    default:
      return true;
  }
}

}  // namespace sas::store::sqlite
