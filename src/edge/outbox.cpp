#include "edge/outbox.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "base/private_file.h"

namespace sas::edge {
namespace {

constexpr int kSchema = 1;
constexpr int kBusyMilliseconds = 5000;  // while another process writes

Error translate(const SQLite::Exception& problem, const std::filesystem::path& path) {
  const std::string file = path.string();
  switch (problem.getErrorCode()) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return Error::of(
          ErrorKind::data_loss, "outbox_damaged",
          "the outbox " + file + " is damaged (" + problem.what() +
              "); move it away to start with an empty one, and keep it: events may be rescued from it with "
              "sqlite3's .recover");
    case SQLITE_FULL:
      return Error::of(ErrorKind::failed_precondition, "storage_full",
                       "no space left for the outbox " + file + "; free some disk space");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Error::of(ErrorKind::failed_precondition, "outbox_unwritable",
                       "cannot write the outbox " + file + " (" + problem.what() +
                           "); fix its permissions or choose another DATA_DIR");
    default:
      return Error::of(ErrorKind::unavailable, "outbox_unavailable",
                       "cannot use the outbox " + file + ": " + problem.what());
  }
}

Error unwritable(const std::filesystem::path& path, const Error& why) {
  return Error::of(ErrorKind::failed_precondition, "outbox_unwritable",
                   "cannot keep events in " + path.string() + ": " + why.message +
                       "; fix its permissions or choose another DATA_DIR");
}

std::size_t count(const SQLite::Database& database, const char* query) {
  SQLite::Statement statement(database, query);
  return statement.executeStep() ? static_cast<std::size_t>(statement.getColumn(0).getInt64()) : 0;
}

}  // namespace

std::filesystem::path outbox_path(const std::filesystem::path& data_dir, const CameraId& camera) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string name;
  for (const char c : camera.value) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain) {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name += '%';
      name += kHex[byte >> 4U];
      name += kHex[byte & 15U];
    }
  }
  return data_dir / "outbox" / (name + ".db");
}

Outbox::Outbox(OutboxOptions options, std::unique_ptr<SQLite::Database> database)
    : options_(std::move(options)), database_(std::move(database)) {}

Outbox::~Outbox() = default;

Result<std::unique_ptr<Outbox>> Outbox::open(const OutboxOptions& options) {
  const std::filesystem::path folder = options.path.parent_path();
  if (const auto made = make_private_folder(folder); !made) return unwritable(folder, made.error());
  if (const auto made = make_private_file(options.path); !made) return unwritable(options.path, made.error());
  // SQLite gives new ones the rights of the main file.
  for (const char* suffix : {"-wal", "-shm"}) {
    const std::filesystem::path part = options.path.string() + suffix;
    if (const auto tightened = tighten_private_file(part); !tightened)
      return unwritable(part, tightened.error());
  }
  std::error_code unknown;
  // SQLite refuses links anywhere in the path; those above the outbox are the operator's.
  const auto resolved = std::filesystem::canonical(folder, unknown) / options.path.filename();
  try {
    auto database = std::make_unique<SQLite::Database>(
        (unknown ? options.path : resolved).string(),
        SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, kBusyMilliseconds);
    database->exec("PRAGMA journal_mode = WAL");
    database->exec("PRAGMA synchronous = FULL");  // an accepted event survives a power cut
    const int schema = database->execAndGet("PRAGMA user_version").getInt();
    if (schema > kSchema) {
      return Error::of(ErrorKind::failed_precondition, "outbox_too_new",
                       "the outbox " + options.path.string() + " was written by a newer version (schema " +
                           std::to_string(schema) + ", this one knows " + std::to_string(kSchema) +
                           "); run that version, or move the file away");
    }
    if (database->execAndGet("PRAGMA quick_check").getString() != "ok") {
      throw SQLite::Exception("quick_check found damage", SQLITE_CORRUPT);
    }
    database->exec(
        "CREATE TABLE IF NOT EXISTS waiting (sequence INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT "
        "NULL UNIQUE, "
        "captured_at TEXT NOT NULL, body TEXT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS rejected (sequence INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT "
        "NULL UNIQUE, "
        "captured_at TEXT NOT NULL, body TEXT NOT NULL, rejected_at TEXT NOT NULL, code TEXT NOT NULL, "
        "message TEXT NOT NULL);");
    database->exec("PRAGMA user_version = " + std::to_string(kSchema));
    std::unique_ptr<Outbox> outbox(new Outbox(options, std::move(database)));
    outbox->recount();
    return outbox;
  } catch (const SQLite::Exception& problem) {
    return translate(problem, options.path);
  }
}

void Outbox::recount() {
  waiting_ = count(*database_, "SELECT count(*) FROM waiting");
  rejected_ = count(*database_, "SELECT count(*) FROM rejected");
}

Result<void> Outbox::put(const EventId& event, Timestamp captured_at, const std::string& body) {
  const std::lock_guard lock(mutex_);
  if (waiting_ >= options_.capacity) {
    return Error::of(ErrorKind::resource_exhausted, "outbox_full",
                     "the outbox " + options_.path.string() + " is full (" + std::to_string(waiting_) +
                         " events wait for the server); this event is lost. Is the server reachable?");
  }
  try {
    SQLite::Statement insert(*database_,
                             "INSERT OR IGNORE INTO waiting (event_id, captured_at, body) VALUES (?, ?, ?)");
    insert.bind(1, event.to_string());
    insert.bind(2, to_rfc3339(captured_at));
    insert.bind(3, body);
    waiting_ += static_cast<std::size_t>(insert.exec());
    return {};
  } catch (const SQLite::Exception& problem) {
    return translate(problem, options_.path);
  }
}

Result<std::vector<WaitingEvent>> Outbox::peek(std::size_t most,
                                               const std::unordered_set<std::int64_t>& except) const {
  const std::lock_guard lock(mutex_);
  try {
    SQLite::Statement select(*database_,
                             "SELECT sequence, event_id, body FROM waiting ORDER BY sequence LIMIT ?");
    select.bind(1, static_cast<std::int64_t>(most + except.size()));
    std::vector<WaitingEvent> events;
    while (events.size() < most && select.executeStep()) {
      if (except.contains(select.getColumn(0).getInt64())) continue;
      auto id = EventId::parse(select.getColumn(1).getString());
      if (!id) {
        return Error::of(ErrorKind::data_loss, "outbox_damaged",
                         "the outbox " + options_.path.string() + " holds an event without a proper id: " +
                             id.error().message + "; move the file away to start with an empty one");
      }
      events.push_back({select.getColumn(0).getInt64(), *id, select.getColumn(2).getString()});
    }
    return events;
  } catch (const SQLite::Exception& problem) {
    return translate(problem, options_.path);
  }
}

Result<void> Outbox::remove(const std::vector<std::int64_t>& sequences) {
  const std::lock_guard lock(mutex_);
  try {
    SQLite::Transaction transaction(*database_);
    SQLite::Statement remove(*database_, "DELETE FROM waiting WHERE sequence = ?");
    for (const std::int64_t sequence : sequences) {
      remove.bind(1, sequence);
      remove.exec();
      remove.reset();
    }
    transaction.commit();
    recount();
    return {};
  } catch (const SQLite::Exception& problem) {
    return translate(problem, options_.path);
  }
}

Result<void> Outbox::reject(std::int64_t sequence, const Error& reason, Timestamp now) {
  const std::lock_guard lock(mutex_);
  try {
    SQLite::Transaction transaction(*database_);
    SQLite::Statement copy(
        *database_,
        "INSERT OR REPLACE INTO rejected (event_id, captured_at, body, rejected_at, code, message) "
        "SELECT event_id, captured_at, body, ?, ?, ? FROM waiting WHERE sequence = ?");
    copy.bind(1, to_rfc3339(now));
    copy.bind(2, reason.code);
    copy.bind(3, reason.message);
    copy.bind(4, sequence);
    copy.exec();
    SQLite::Statement remove(*database_, "DELETE FROM waiting WHERE sequence = ?");
    remove.bind(1, sequence);
    remove.exec();
    transaction.commit();
    recount();
    return {};
  } catch (const SQLite::Exception& problem) {
    return translate(problem, options_.path);
  }
}

Result<std::size_t> Outbox::requeue_rejected() {
  const std::lock_guard lock(mutex_);
  try {
    SQLite::Transaction transaction(*database_);
    database_->exec(
        "INSERT OR IGNORE INTO waiting (event_id, captured_at, body) "
        "SELECT event_id, captured_at, body FROM rejected ORDER BY sequence");
    const int moved = database_->exec("DELETE FROM rejected");
    transaction.commit();
    recount();
    return static_cast<std::size_t>(moved);
  } catch (const SQLite::Exception& problem) {
    return translate(problem, options_.path);
  }
}

std::size_t Outbox::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::size_t Outbox::rejected() const {
  const std::lock_guard lock(mutex_);
  return rejected_;
}

}  // namespace sas::edge
