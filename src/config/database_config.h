#pragma once
// Which database, and where faces are looked for, from Settings.

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
  std::chrono::seconds start_timeout{0};  // how long a start waits for the database

  Gallery gallery = Gallery::memory;
  int hnsw_m = 0;
  int hnsw_ef_construction = 0;
  int hnsw_ef_search = 0;
};

// Notes every problem in `settings`.
[[nodiscard]] DatabaseConfig read_database_config(Settings& settings, const std::filesystem::path& data_dir);

}  // namespace sas::config
