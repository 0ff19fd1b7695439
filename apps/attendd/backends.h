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

// The store and the gallery that the settings chose, ready for use. In the order in which they are made; they
// go in the reverse order.
struct Backends {
  std::shared_ptr<postgres::Pool> pool;  // none: SQLite
  std::unique_ptr<Store> store;
  std::unique_ptr<TemplateFeed> feed;         // none: no other server changes the templates
  std::unique_ptr<Gallery> gallery;           // filled
  KeptGallery* kept = nullptr;                // the gallery where its snapshot may be written at the end
  std::unique_ptr<GalleryFollower> follower;  // none: nothing of others' to follow
  std::function<Task<Result<std::int64_t>>()>
      gallery_position;      // AttendanceOptions' own; none: without a feed
  std::string store_name;    // "postgresql"
  std::string gallery_name;  // "memory"
};

// `highest_threshold`: of all models in use; see PgvectorOptions::confirm_below.
[[nodiscard]] Result<Backends> make_backends(const config::ServerConfig& config, float highest_threshold);

}  // namespace sas
