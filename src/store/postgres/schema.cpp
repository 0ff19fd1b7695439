#include "store/postgres/schema.h"

#include <charconv>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "embedded/postgres_migrations.h"
#include "store/postgres/statements.h"

namespace sas::store::postgres {
namespace {

// An arbitrary number, the same in every version of this program: the advisory lock held while preparing a schema.
constexpr std::int64_t kLock = 0x53415361;  // "SASa"

struct Migration {
  std::int64_t version = 0;
  EmbeddedFile file;
};

std::vector<Migration> migrations() {
  std::vector<Migration> known;
  for (const EmbeddedFile& file : embedded::postgres_migrations::files()) {
    Migration migration{0, file};
    std::from_chars(file.name.data(), file.name.data() + file.name.size(), migration.version);
    known.push_back(migration);
  }
  return known;
}

// Not prepared: each of these texts is used once.
Task<Result<Rows>> ask_once(Connection& connection, std::string sql, Parameters parameters = {}) {
  return ask(connection, Command{std::move(sql), std::move(parameters), /*prepare=*/false});
}

Task<Result<void>> install(Connection& connection, std::string extension, std::string database) {
  auto asking =
      ask_once(connection, "SELECT 1 FROM pg_extension WHERE extname = $1", Parameters().add(extension));
  const auto there = co_await std::move(asking);
  if (!there) co_return there.error();
  if (!there->empty()) co_return Result<void>{};
  auto creating = connection.script("CREATE EXTENSION " + extension);
  auto created = co_await std::move(creating);
  if (created) co_return created;
  // Not available: 0A000, or 58P01 if part of it is missing.
  const auto state = sqlstate_of(created.error());
  if (state == "0A000" || state == "58P01")
    co_return Error::of(ErrorKind::failed_precondition, "pgvector_missing",
                        "the server of the database " + database + " has no extension " + extension +
                            "; install it there (Debian: postgresql-NN-pgvector, and postgresql-contrib for "
                            "btree_gist), or use an image that has it");
  co_return created;
}

// The objects of the current schema as readable text.
constexpr const char* kObjects = R"(
  SELECT 'table ' || relname::text FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
  UNION ALL
  SELECT 'column ' || c.relname || '.' || a.attname || ' ' || t.typname
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
    AND NOT a.attisdropped
  UNION ALL
  SELECT 'index ' || relname FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relkind = 'i'
  UNION ALL
  SELECT 'constraint ' || c.relname || '.' || n.conname FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
  WHERE c.relnamespace = current_schema()::regnamespace
  UNION ALL
  SELECT 'trigger ' || c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgenabled <> 'D'
  UNION ALL
  SELECT 'function ' || proname || ' (' || md5(prosrc) || ')' FROM pg_proc
  WHERE pronamespace = current_schema()::regnamespace AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql'))";

Task<Result<std::set<std::string>>> objects_of(Connection& connection) {
  auto asking = ask_once(connection, kObjects);
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  std::set<std::string> objects;
  for (int i = 0; i < rows->size(); ++i) objects.insert(rows->text(i, 0));
  co_return std::move(objects);
}

Task<Result<void>> run_all(Connection& connection, const std::vector<Migration>& known) {
  for (const Migration& migration : known) {
    auto running = connection.script(std::string(migration.file.bytes));
    auto done = co_await std::move(running);
    if (!done) co_return done;
  }
  co_return Result<void>{};
}

// The objects that the migrations create, found by running them in a temporary schema that is rolled back.
Task<Result<std::set<std::string>>> wanted_objects(Connection& connection,
                                                   const std::vector<Migration>& known) {
  auto opening = connection.script(
      "SAVEPOINT reference; CREATE SCHEMA attendance_reference;"
      "SELECT set_config('search_path', 'attendance_reference, ' || current_setting('search_path'), true)");
  const auto opened = co_await std::move(opening);
  if (!opened) co_return opened.error();
  auto running = run_all(connection, known);
  const auto made = co_await std::move(running);
  if (!made) co_return made.error();
  auto listing = objects_of(connection);
  auto wanted = co_await std::move(listing);
  auto closing = connection.script("ROLLBACK TO SAVEPOINT reference");
  const auto closed = co_await std::move(closing);
  if (!closed) co_return closed.error();
  co_return wanted;
}

Task<Result<std::vector<std::string>>> missing_objects(Connection& connection,
                                                       const std::set<std::string>& wanted) {
  auto listing = objects_of(connection);
  const auto present = co_await std::move(listing);
  if (!present) co_return present.error();
  std::vector<std::string> missing;
  for (const std::string& object : wanted)
    if (!present->contains(object)) missing.push_back(object);
  co_return std::move(missing);
}

Task<Result<void>> repair(Connection& connection, const std::vector<Migration>& known, std::string database) {
  auto making = wanted_objects(connection, known);
  const auto wanted = co_await std::move(making);
  if (!wanted) co_return wanted.error();
  auto comparing = missing_objects(connection, *wanted);
  const auto missing = co_await std::move(comparing);
  if (!missing) co_return missing.error();
  if (missing->empty()) co_return Result<void>{};
  auto running = run_all(connection, known);
  const auto done = co_await std::move(running);
  if (!done) co_return done.error();
  auto again = missing_objects(connection, *wanted);
  const auto left = co_await std::move(again);
  if (!left) co_return left.error();
  if (!left->empty())
    co_return Error::of(ErrorKind::failed_precondition, "schema_damaged",
                        "the database " + database + " lacks the " + left->front() +
                            ", which cannot be recreated; restore a backup, or set a separate database in "
                            "DATABASE_URL if these tables belong to another program");
  for (const std::string& object : *missing)
    spdlog::warn("restored the missing {} of the database {}", object, database);
  co_return Result<void>{};
}

Task<Result<std::int64_t>> version_of(Connection& connection) {
  auto looking = ask_once(connection, "SELECT to_regclass('schema_version') IS NOT NULL");
  const auto there = co_await std::move(looking);
  if (!there) co_return there.error();
  if (!there->boolean(0, 0)) co_return 0;
  auto asking = ask_once(connection, "SELECT coalesce(max(version), 0) FROM schema_version");
  const auto version = co_await std::move(asking);
  if (!version) co_return version.error();
  co_return version->integer(0, 0);
}

}  // namespace

Task<Result<void>> prepare_schema(Connection& connection, std::string database) {
  auto lifting = connection.lift_limits();
  auto lifted = co_await std::move(lifting);
  if (!lifted) co_return lifted;
  auto locking = connection.script("BEGIN; SET LOCAL enable_seqscan = on; SELECT pg_advisory_xact_lock(" +
                                   std::to_string(kLock) + ")");
  auto locked = co_await std::move(locking);
  if (!locked) co_return locked;
  for (const char* extension : {"vector", "btree_gist"}) {
    auto installing = install(connection, extension, database);
    auto installed = co_await std::move(installing);
    if (!installed) co_return installed;
  }

  const std::vector<Migration> known = migrations();
  const std::int64_t newest = known.back().version;
  auto reading = version_of(connection);
  const auto version = co_await std::move(reading);
  if (!version) co_return version.error();
  if (*version > newest)
    co_return Error::of(ErrorKind::failed_precondition, "schema_newer",
                        "the database " + database + " has schema version " + std::to_string(*version) +
                            ", but this program knows versions only up to " + std::to_string(newest) +
                            "; start the newer program again, or restore a backup from before the update",
                        {{"database", *version}, {"program", newest}});
  for (const Migration& migration : known) {
    if (migration.version <= *version) continue;
    auto running = connection.script(std::string(migration.file.bytes));
    auto done = co_await std::move(running);
    if (!done) co_return done;
    spdlog::info("database {}: applied {}", database, migration.file.name);
  }
  auto repairing = repair(connection, known, database);
  auto repaired = co_await std::move(repairing);
  if (!repaired) co_return repaired;
  // In a database restored into another server, whose transaction numbers are lower, readers would wait for
  // numbers that have not been reached.
  auto renumbering = connection.script(
      "UPDATE feed SET transaction = '1' WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())");
  auto renumbered = co_await std::move(renumbering);
  if (!renumbered) co_return renumbered;
  for (const Migration& migration : known) {
    auto noting = ask_once(connection,
                           "INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, now()) "
                           "ON CONFLICT DO NOTHING",
                           Parameters().add(migration.version).add(migration.file.name));
    const auto noted = co_await std::move(noting);
    if (!noted) co_return noted.error();
  }
  auto committing = connection.script("COMMIT");
  co_return co_await std::move(committing);
}

}  // namespace sas::store::postgres
