#pragma once
// Which database, and where faces are searched for.

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

#include "config/settings.h"

namespace sas::config {

struct DatabaseConfig {
  enum class Backend { sqlite, postgres };
  enum class Gallery { memory, pgvector };
  Backend backend = Backend::sqlite;
  std::filesystem::path sqlite_path;  // sqlite

  std::string postgres_url;  // postgres; holds the password
  std::size_t connections = 0;
  std::chrono::seconds connect_timeout{0};
  std::chrono::seconds statement_timeout{0};
  std::chrono::seconds start_timeout{0};  // how long the start waits for the database

  Gallery gallery = Gallery::memory;
  int hnsw_m = 0;
  int hnsw_ef_construction = 0;
  int hnsw_ef_search = 0;
};

[[nodiscard]] Result<void> take_database_url(DatabaseConfig& config, const std::string& url);
[[nodiscard]] Result<void> take_gallery(DatabaseConfig& config, const std::string& name);

inline constexpr std::array kDatabaseSettings{
    setting<&take_database_url>(
        {.name = "DATABASE_URL",
         .readers = Readers::both,
         .when_unset = "attendance.db in DATA_DIR",
         .secret = true,
         .help = "The database. For one server sqlite:///relative/path or sqlite:////absolute/path. For "
                 "several servers that share it (docs/scaling.md) "
                 "postgresql://user:password@host:5432/database?sslmode=verify-full, with any parameter that "
                 "libpq knows; postgresql+asyncpg:// means the same."}),
    setting<&DatabaseConfig::connections>(
        {.name = "DATABASE_POOL_SIZE",
         .initial = "10",
         .least = 4,
         .most = 500,
         .help =
             "PostgreSQL: the most connections in one server's pool. One or two more are open outside it."}),
    setting<&DatabaseConfig::connect_timeout>({.name = "DATABASE_CONNECT_TIMEOUT",
                                               .initial = "5",
                                               .least = 1,
                                               .most = 300,
                                               .help = "PostgreSQL: seconds to wait for a connection."}),
    setting<&DatabaseConfig::statement_timeout>({.name = "DATABASE_STATEMENT_TIMEOUT",
                                                 .initial = "10",
                                                 .least = 1,
                                                 .most = 3600,
                                                 .help = "PostgreSQL: seconds to wait for a statement."}),
    setting<&DatabaseConfig::start_timeout>(
        {.name = "DATABASE_START_TIMEOUT",
         .initial = "30",
         .least = 0,
         .most = 3600,
         .help = "PostgreSQL: seconds to wait at the start for a database that is not up yet."}),
    setting<&take_gallery>(
        {.name = "GALLERY",
         .initial = "memory",
         .choices = "memory|pgvector",
         .help =
             "Where faces are searched for. memory: in the memory of every server, exact and fastest, "
             "kept in step with the database. pgvector: in PostgreSQL, with nothing in memory; far slower "
             "(docs/scaling.md)."}),
    setting<&DatabaseConfig::hnsw_m>(
        {.name = "PGVECTOR_M",
         .initial = "16",
         .least = 2,
         .most = 100,
         .help = "pgvector: links per node of the index. Another value rebuilds the index."}),
    setting<&DatabaseConfig::hnsw_ef_construction>(
        {.name = "PGVECTOR_EF_CONSTRUCTION",
         .initial = "64",
         .least = 4,
         .most = 1000,
         .help = "pgvector: candidates while the index is built, at least twice PGVECTOR_M. Another value "
                 "rebuilds the index."}),
    setting<&DatabaseConfig::hnsw_ef_search>({.name = "PGVECTOR_EF_SEARCH",
                                              .initial = "400",
                                              .least = 1,
                                              .most = 1000,
                                              .help = "pgvector: candidates while searching."}),
};

// Notes every problem in `settings`.
[[nodiscard]] DatabaseConfig read_database_config(Settings& settings, const std::filesystem::path& data_dir);

}  // namespace sas::config
