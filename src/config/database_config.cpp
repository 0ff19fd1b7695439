#include "config/database_config.h"

#include <string_view>

namespace sas::config {
namespace {

constexpr std::string_view kSqlite = "sqlite:///";

bool is_postgres(std::string_view url) {
  for (const std::string_view scheme : {"postgresql://", "postgres://", "postgresql+asyncpg://"})
    if (url.starts_with(scheme)) return true;
  return false;
}

void read_url(Settings& settings, const std::filesystem::path& data_dir, DatabaseConfig& config) {
  config.sqlite_path = data_dir / "attendance.db";
  const auto url = settings.text("DATABASE_URL");
  if (!url) return;
  if (is_postgres(*url)) {
    config.backend = DatabaseConfig::Backend::postgres;
    config.postgres_url = *url;
  } else if (url->starts_with(kSqlite) && url->size() > kSqlite.size()) {
    config.sqlite_path = url->substr(kSqlite.size());
  } else {
    // Only the scheme is repeated: the rest may hold a password.
    settings.problem("DATABASE_URL",
                     "DATABASE_URL begins with \"" + url->substr(0, url->find("://")) +
                         "\": expected sqlite:///relative/path.db, sqlite:////absolute/path.db or "
                         "postgresql://user:password@host:5432/database");
  }
}

}  // namespace

DatabaseConfig read_database_config(Settings& settings, const std::filesystem::path& data_dir) {
  DatabaseConfig config;
  read_url(settings, data_dir, config);
  const auto seconds = [&](std::string_view name, std::int64_t fallback, std::int64_t least,
                           std::int64_t most) {
    return std::chrono::seconds(settings.integer(name, fallback, least, most));
  };
  config.connections = static_cast<std::size_t>(settings.integer("DATABASE_POOL_SIZE", 10, 4, 500));
  config.connect_timeout = seconds("DATABASE_CONNECT_TIMEOUT", 5, 1, 300);
  config.statement_timeout = seconds("DATABASE_STATEMENT_TIMEOUT", 10, 1, 3600);
  config.start_timeout = seconds("DATABASE_START_TIMEOUT", 30, 0, 3600);

  const std::string gallery = settings.choice("GALLERY", "memory", {"memory", "pgvector"});
  if (gallery == "pgvector") {
    config.gallery = DatabaseConfig::Gallery::pgvector;
    if (config.backend != DatabaseConfig::Backend::postgres)
      settings.problem("GALLERY",
                       "GALLERY=pgvector looks for faces in PostgreSQL: set DATABASE_URL to a "
                       "postgresql://… address, or GALLERY=memory");
  }
  config.hnsw_m = static_cast<int>(settings.integer("PGVECTOR_M", 16, 2, 100));
  config.hnsw_ef_construction = static_cast<int>(settings.integer("PGVECTOR_EF_CONSTRUCTION", 64, 4, 1000));
  config.hnsw_ef_search = static_cast<int>(settings.integer("PGVECTOR_EF_SEARCH", 400, 1, 1000));
  if (config.hnsw_ef_construction < 2 * config.hnsw_m)
    settings.problem("PGVECTOR_EF_CONSTRUCTION",
                     "PGVECTOR_EF_CONSTRUCTION must be at least twice PGVECTOR_M");
  return config;
}

}  // namespace sas::config
