#include "store/sqlite/database.h"

#include <filesystem>
#include <system_error>

#include <sqlite3.h>
#include <unistd.h>

#include "base/private_file.h"
#include "store/sqlite/file_state.h"
#include "store/sqlite/people_store.h"
#include "store/sqlite/schema.h"

namespace sas::store::sqlite {
namespace {

// Creates the folder and an empty file that only this user can read: it will contain biometric data. Takes the rights of
// others from files that an older program or a restored backup left.
Result<void> make_file(const std::filesystem::path& path) {
  const auto refuse = [&](const std::filesystem::path& what, const std::string& why) {
    return Error::of(ErrorKind::failed_precondition, "storage_unwritable",
                     "cannot write " + what.string() + ": " + why +
                         "; give this user write permission, or choose another place with DATABASE_URL");
  };
  std::error_code problem;
  if (const auto folder = path.parent_path(); !folder.empty()) {
    std::filesystem::create_directories(folder, problem);
    if (problem) return refuse(folder, problem.message());
  }
  // A link to a database on another disk is the operator's own; what it leads to counts.
  std::filesystem::path file = std::filesystem::weakly_canonical(path, problem);
  if (problem) return refuse(path, problem.message());
  if (const auto made = make_private_file(file); !made) return refuse(file, made.error().message);
  if (::access(file.c_str(), R_OK | W_OK) != 0) return refuse(file, std::generic_category().message(errno));
  for (const char* suffix : {"-wal", "-shm"}) {
    const std::filesystem::path part = file.string() + suffix;
    if (const auto tightened = tighten_private_file(part); !tightened)
      return refuse(part, tightened.error().message);
  }
  return {};
}

Result<void> check_damage(Connection& connection, const SqliteOptions& options) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(options.path, problem);
  if (!problem && size > options.full_check_up_to) {
    spdlog::info("database {}: {} MB, too large for a full damage check", options.path.string(), size >> 20);
    return {};
  }
  sqlite::Query check(connection, "PRAGMA quick_check(1)");
  if (check.next() && check.text(0) != "ok") throw SQLite::Exception(check.text(0), SQLITE_CORRUPT);
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(SqliteOptions options) {
  if (options.path.empty() || options.readers == 0 || options.group_size == 0 || options.write_queue == 0 ||
      options.read_queue == 0 || options.log_pages <= 0)
    return Error::of(
        ErrorKind::invalid_argument,
        "the SQLite store needs a path, and at least one reader, one place in each queue and one "
        "WAL page");
  if (auto made = make_file(options.path); !made) return made.error();
  // Resolve links, so that one file has one name: "-wal" and ".lock" are next to the file itself.
  std::error_code problem;
  if (auto real = std::filesystem::canonical(options.path, problem); !problem) options.path = std::move(real);
  auto lock = DatabaseLock::acquire(options.path);
  if (!lock) return lock.error();

  std::unique_ptr<Connection> connection;
  try {
    errno = 0;  // for to_error()
    auto state = examine(options, *lock);
    if (!state) return state.error();
    connection = std::make_unique<Connection>(options, Connection::Role::writer, state->verify());
    if (auto checked = check_damage(*connection, options); !checked) return checked.error();
    if (auto prepared = prepare_schema(*connection, options.path); !prepared) return prepared.error();
    complete_search_texts(*connection);
    complete_checksums(*state, *connection, options, *lock);
    set_verify(connection->database().getHandle(), state->verify());
    return std::unique_ptr<Database>(new Database(options, std::move(*lock), std::move(connection), *state));
  } catch (const SQLite::Exception& failure) {
    return to_error(failure, options.path, connection.get());
  }
}

Database::Database(SqliteOptions options, DatabaseLock lock, std::unique_ptr<Connection> connection,
                   const FileState& state)
    : options_(std::move(options)), lock_(std::move(lock)), readers_(options_.readers) {
  for (std::size_t i = 0; i < options_.readers; ++i)
    idle_.push_back(std::make_unique<Connection>(options_, Connection::Role::reader, state.verify()));
  writer_ = std::make_unique<Writer>(options_, lock_, std::move(connection), state.verify(),
                                     [this] { feed_signal_.notify(); });
  scrubber_ = std::make_unique<Scrubber>(options_, lock_.file(), !state.checked, [](const Error& damage) {
    spdlog::error("{}: {}", damage.code, damage.message);
  });
}

Database::~Database() {
  callers_.wait();
  scrubber_.reset();
  // Readers first: an open reader would prevent truncating the WAL.
  readers_.join();
  idle_.clear();
  writer_.reset();
}

Error Database::busy(const std::string& what, std::size_t limit) {
  return Error::of(
      ErrorKind::resource_exhausted, "store_busy",
      std::to_string(limit) + " " + what + " are already waiting for the database; try again in a moment");
}

}  // namespace sas::store::sqlite
