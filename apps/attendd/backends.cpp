#include "backends.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "gallery/pgvector/pgvector_gallery.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/postgres_template_feed.h"
#include "store/sqlite/sqlite_store.h"

namespace sas {
namespace {

constexpr char kSnapshotFile[] = "gallery.snapshot";

Result<void> open_sqlite(const config::ServerConfig& config, Backends& backends) {
  SqliteOptions options;
  options.path = config.database.sqlite_path;
  auto store = SqliteStore::open(options);
  if (!store) return store.error();
  backends.store = std::move(*store);
  backends.store_name = "sqlite";
  return {};
}

Result<void> open_postgres(const config::DatabaseConfig& config, Backends& backends) {
  auto target = postgres::parse_target(config.postgres_url);
  if (!target) return target.error();
  postgres::ConnectOptions connect;
  connect.target = std::move(*target);
  connect.connect_timeout = config.connect_timeout;
  connect.statement_timeout = config.statement_timeout;
  connect.setup = PostgresStore::kSessionSetup;
  postgres::PoolOptions pool;
  pool.connections = config.connections;
  backends.pool = std::make_shared<postgres::Pool>(std::move(connect), pool);
  PostgresOptions options;
  options.patience = config.start_timeout;
  auto store = PostgresStore::open(backends.pool, options);
  if (!store) return store.error();
  backends.store = std::move(*store);
  backends.store_name = "postgresql";
  spdlog::info("database {}, at most {} connections", backends.pool->database(), config.connections);
  return {};
}

Result<void> open_pgvector(const config::ServerConfig& config, float highest_threshold, Backends& backends) {
  PgvectorOptions options;
  options.m = config.database.hnsw_m;
  options.ef_construction = config.database.hnsw_ef_construction;
  options.ef_search = config.database.hnsw_ef_search;
  options.confirm_below = highest_threshold + config.ambiguity_margin;
  options.confirm_within = 2 * config.ambiguity_margin;
  auto gallery = PgvectorGallery::open(backends.pool, options);
  if (!gallery) return gallery.error();
  const GalleryStats stats = (*gallery)->stats();
  spdlog::info(
      "gallery: {} faces of {} people in pgvector; answers below cosine {:.3f} are confirmed by a scan",
      stats.faces, stats.people, options.confirm_below);
  backends.gallery = std::move(*gallery);
  backends.gallery_name = "pgvector";
  // Every later search finds what was committed before this call.
  backends.feed = std::make_unique<PostgresTemplateFeed>(backends.pool);
  backends.gallery_position = [feed = backends.feed.get()] { return feed->position(); };
  return {};
}

Result<void> fill_memory(const config::ServerConfig& config, Backends& backends) {
  auto gallery = std::make_unique<KeptGallery>(backends.store->templates(), config.data_dir / kSnapshotFile);
  backends.gallery_name = "memory";
  if (!backends.pool) {
    if (auto filled = gallery->fill(); !filled) return filled;
    backends.kept = gallery.get();
    backends.gallery = std::move(gallery);
    return {};
  }
  // Shared with other servers: follow their changes from here on. The snapshot is written only at startup, because at
  // shutdown the gallery may not have received every change.
  backends.feed = std::make_unique<PostgresTemplateFeed>(backends.pool);
  backends.follower = std::make_unique<GalleryFollower>(*backends.feed, *gallery);
  if (auto marked = backends.follower->mark(); !marked) return marked;
  if (auto filled = gallery->fill(); !filled) return filled;
  backends.gallery = std::move(gallery);
  backends.follower->start();
  backends.gallery_position = [follower = backends.follower.get()]() -> Task<Result<std::int64_t>> {
    co_return follower->position();
  };
  return {};
}

}  // namespace

Result<Backends> make_backends(const config::ServerConfig& config, float highest_threshold) {
  using Database = config::DatabaseConfig;
  Backends backends;
  const bool shared = config.database.backend == Database::Backend::postgres;
  auto opened = shared ? open_postgres(config.database, backends) : open_sqlite(config, backends);
  if (!opened) return opened.error();
  auto ready = config.database.gallery == Database::Gallery::pgvector
                   ? open_pgvector(config, highest_threshold, backends)
                   : fill_memory(config, backends);
  if (!ready) return ready.error();
  return backends;
}

}  // namespace sas
