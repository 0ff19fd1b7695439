#include "config/database_config.h"

#include <string_view>

#include "base/redact.h"

namespace sas::config {
namespace {

constexpr std::string_view kSqlite = "sqlite:///";

bool is_postgres(std::string_view url) {
  for (const std::string_view scheme : {"postgresql://", "postgres://", "postgresql+asyncpg://"})
    if (url.starts_with(scheme)) return true;
  return false;
}

}  // namespace

Result<void> take_database_url(DatabaseConfig& config, const std::string& url) {
  if (is_postgres(url)) {
    config.backend = DatabaseConfig::Backend::postgres;
    config.postgres_url = url;
    return {};
  }
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) {
    config.sqlite_path = url.substr(kSqlite.size());
    return {};
  }
  // Of the value only the scheme is repeated: the rest may hold a password.
  const auto scheme = url.find("://");
  const bool is_scheme = scheme != std::string::npos && redacted(url).starts_with(url.substr(0, scheme + 3));
  const std::string found = is_scheme ? ", not " + url.substr(0, scheme) + "://" : "";
  return Error::of(ErrorKind::invalid_argument,
                   "expected sqlite:///relative/path.db, sqlite:////absolute/path.db or "
                   "postgresql://user:password@host:5432/database" +
                       found);
}

Result<void> take_gallery(DatabaseConfig& config, const std::string& name) {
  config.gallery = name == "pgvector" ? DatabaseConfig::Gallery::pgvector : DatabaseConfig::Gallery::memory;
  return {};
}

DatabaseConfig read_database_config(Settings& settings, const std::filesystem::path& data_dir) {
  DatabaseConfig config;
  config.sqlite_path = data_dir / "attendance.db";
  settings.read(kDatabaseSettings, config);
  if (config.gallery == DatabaseConfig::Gallery::pgvector &&
      config.backend != DatabaseConfig::Backend::postgres)
    settings.problem(
        "GALLERY=pgvector searches for faces in PostgreSQL: set DATABASE_URL to a postgresql://… address, or "
        "GALLERY=memory");
  if (config.hnsw_ef_construction < 2 * config.hnsw_m)
    settings.problem("PGVECTOR_EF_CONSTRUCTION must be at least twice PGVECTOR_M");
  return config;
}

}  // namespace sas::config
