#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/task.h"
#include "config/server_config.h"
#include "gallery/replication/gallery_follower.h"
#include "kept_gallery.h"
#include "postgres/pool.h"
#include "store/store.h"
#include "store/template_feed.h"

namespace sas {

// The configured store and gallery, ready for use. Members are in creation order and are destroyed in reverse order.
struct Backends {
  std::shared_ptr<postgres::Pool> pool;  // null: SQLite
  std::unique_ptr<Store> store;
  std::unique_ptr<TemplateFeed> feed;         // null: no other server changes the templates
  std::unique_ptr<Gallery> gallery;           // filled
  KeptGallery* kept = nullptr;                // the gallery, if its snapshot may be written at shutdown
  std::unique_ptr<GalleryFollower> follower;  // null: no changes of other servers to follow
  std::function<Task<Result<std::int64_t>>()> gallery_position;  // for PeopleService; empty: no feed
  std::string store_name;                                        // "postgresql"
  std::string gallery_name;                                      // "memory"
};

// `highest_threshold`: the highest of all models in use; see PgvectorOptions::confirm_below.
[[nodiscard]] Result<Backends> make_backends(const config::ServerConfig& config, float highest_threshold);

}  // namespace sas
