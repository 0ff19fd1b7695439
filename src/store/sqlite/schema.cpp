#include "store/sqlite/schema.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "embedded/sqlite_migrations.h"
#include "store/store.h"

namespace sas::store::sqlite {
namespace {

struct Migration {
  std::int64_t version = 0;
  EmbeddedFile file;
};

std::vector<Migration> migrations() {
  std::vector<Migration> known;
  for (const EmbeddedFile& file : embedded::sqlite_migrations::files()) {
    Migration migration{0, file};
    std::from_chars(file.name.data(), file.name.data() + file.name.size(), migration.version);
    known.push_back(migration);
  }
  return known;
}

bool has_table(Connection& connection, const std::string& name) {
  Query query(connection, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name);
  return query.next();
}

std::int64_t pragma(Connection& connection, const char* sql) {
  return connection.database().execAndGet(sql).getInt64();
}

// Each migration writes its version to the header and to the table, which is the history. The higher one
// counts, so a lost table does not lose the version.
std::int64_t version_of(Connection& connection) {
  std::int64_t version = pragma(connection, "PRAGMA user_version");
  if (has_table(connection, "schema_version"))
    version = std::max(version, pragma(connection, "SELECT coalesce(max(version), 0) FROM schema_version"));
  return version;
}

void apply(Connection& connection, const Migration& migration) {
  connection.execute("BEGIN IMMEDIATE");
  connection.execute(std::string(migration.file.bytes));
  connection.execute("INSERT OR REPLACE INTO schema_version (version, name, applied_at) VALUES (" +
                     std::to_string(migration.version) + ", '" + std::string(migration.file.name) +
                     "', unixepoch() * 1000000)");
  connection.execute("PRAGMA user_version = " + std::to_string(migration.version));
  connection.execute("COMMIT");
}

using Objects = std::map<std::pair<std::string, std::string>, std::string>;  // (type, name) → SQL

Objects objects_of(Connection& connection) {
  Objects objects;
  Query query(connection,
              "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
  while (query.next()) objects[{query.text(0), query.text(1)}] = query.text(2);
  return objects;
}

// Compares the database with one created by all migrations, so that changes by later migrations are included.
void repair(Connection& connection, const std::vector<Migration>& known) {
  Connection reference;
  for (const Migration& migration : known) reference.execute(std::string(migration.file.bytes));
  const Objects wanted = objects_of(reference);
  const Objects present = objects_of(connection);

  connection.execute("BEGIN IMMEDIATE");
  bool repaired = false;
  for (const char* type : {"table", "index", "trigger"}) {  // in the order of their dependencies
    for (const auto& [key, sql] : wanted) {
      if (key.first != type || present.contains(key)) continue;
      connection.execute(sql);
      repaired = true;
      spdlog::warn("restored the missing {} {} of the database", key.first, key.second);
    }
  }
  Query organisation(connection,
                     "INSERT OR IGNORE INTO organisations (id, name, created_at) VALUES (?, 'default', 0)",
                     kFirstOrganisation);
  if (organisation.run() > 0) spdlog::warn("restored the missing default organisation of the database");
  // While a trigger was missing, templates may have changed unnoticed.
  connection.execute(repaired
                         ? "INSERT OR REPLACE INTO template_state (id, state) VALUES (1, randomblob(16))"
                         : "INSERT OR IGNORE INTO template_state (id, state) VALUES (1, randomblob(16))");
  for (const Migration& migration : known) {
    Query history(connection,
                  "INSERT OR IGNORE INTO schema_version (version, name, applied_at) VALUES (?, ?, 0)",
                  migration.version, migration.file.name);
    history.run();
  }
  connection.execute("COMMIT");
}

}  // namespace

Result<void> prepare_schema(Connection& connection, const std::filesystem::path& path) {
  const bool is_new = pragma(connection, "SELECT count(*) FROM sqlite_master") == 0;
  const std::int64_t application = pragma(connection, "PRAGMA application_id");
  if (is_new) {
    connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  } else if (application != kApplicationId) {
    return Error::of(
        ErrorKind::failed_precondition, "not_our_database",
        "the database " + path.string() + " belongs to another program; set another file in DATABASE_URL");
  }

  const std::vector<Migration> known = migrations();
  const std::int64_t newest = known.back().version;
  const std::int64_t version = version_of(connection);
  if (version > newest)
    return Error::of(ErrorKind::failed_precondition, "schema_newer",
                     "the database " + path.string() + " has schema version " + std::to_string(version) +
                         ", but this program knows versions only up to " + std::to_string(newest) +
                         "; start the newer program again, or restore a backup from before the update",
                     {{"database", version}, {"program", newest}});
  for (const Migration& migration : known) {
    if (migration.version <= version) continue;
    apply(connection, migration);
    spdlog::info("database {}: applied {}", path.string(), migration.file.name);
  }
  repair(connection, known);
  return {};
}

}  // namespace sas::store::sqlite
