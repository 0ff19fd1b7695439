#include "store/sqlite/sqlite_store.h"

#include <utility>

#include "store/sqlite/audit_store.h"
#include "store/sqlite/camera_store.h"
#include "store/sqlite/database.h"
#include "store/sqlite/day_store.h"
#include "store/sqlite/feed.h"
#include "store/sqlite/key_store.h"
#include "store/sqlite/log_store.h"
#include "store/sqlite/people_store.h"
#include "store/sqlite/session_store.h"
#include "store/sqlite/template_store.h"

namespace sas {

struct SqliteStore::Parts {
  explicit Parts(std::unique_ptr<store::sqlite::Database> opened)
      : database(std::move(opened)),
        people(*database),
        templates(*database),
        log(*database),
        days(*database),
        cameras(*database),
        feed(*database),
        sessions(*database),
        audit(*database),
        keys(*database) {}

  std::unique_ptr<store::sqlite::Database> database;
  store::sqlite::SqlitePeopleStore people;
  store::sqlite::SqliteTemplateStore templates;
  store::sqlite::SqliteLogStore log;
  store::sqlite::SqliteDayStore days;
  store::sqlite::SqliteCameraStore cameras;
  store::sqlite::SqliteFeed feed;
  store::sqlite::SqliteSessionStore sessions;
  store::sqlite::SqliteAuditStore audit;
  store::sqlite::SqliteKeyStore keys;
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(SqliteOptions options) {
  auto database = store::sqlite::Database::open(std::move(options));
  if (!database) return database.error();
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::make_unique<Parts>(std::move(*database))));
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

PeopleStore& SqliteStore::people() { return parts_->people; }
TemplateStore& SqliteStore::templates() { return parts_->templates; }
LogStore& SqliteStore::log() { return parts_->log; }
DayStore& SqliteStore::days() { return parts_->days; }
CameraStore& SqliteStore::cameras() { return parts_->cameras; }
Feed& SqliteStore::feed() { return parts_->feed; }
SessionStore& SqliteStore::sessions() { return parts_->sessions; }
AuditStore& SqliteStore::audit() { return parts_->audit; }
KeyStore& SqliteStore::keys() { return parts_->keys; }

Task<Result<void>> SqliteStore::ping() {
  auto writing = parts_->database->write<void>([](store::sqlite::WriteContext& context) -> Result<void> {
    // A row that serves no other purpose. Its value changes, because SQLite would not write an unchanged row.
    store::sqlite::Query(
        context.connection,
        "INSERT INTO readiness (id, checks) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET checks = checks + 1")
        .run();
    return {};
  });
  auto written = co_await std::move(writing);
  if (!written) co_return written;
  auto reading = parts_->database->read<void>([](store::sqlite::Connection& connection) -> Result<void> {
    store::sqlite::Query query(connection, "SELECT checks FROM readiness WHERE id = 1");
    if (!query.next())
      return Error::of(ErrorKind::data_loss, "database_damaged",
                       "the database did not return what was just written");
    return {};
  });
  co_return co_await std::move(reading);
}

}  // namespace sas
