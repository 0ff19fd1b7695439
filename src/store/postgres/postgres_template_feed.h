#pragma once

#include <memory>

#include "postgres/pool.h"
#include "store/template_feed.h"

namespace sas {

// The feed of a PostgresStore's database. A trigger numbers every change of face_templates under a lock that is
// held until the commit, so that numbers become visible in order (docs/adr/0060). NOTIFY wakes the follower; losing
// a notification does no harm. Keeps one connection in addition to the pool's. The schema must exist.
class PostgresTemplateFeed final : public TemplateFeed {
 public:
  explicit PostgresTemplateFeed(std::shared_ptr<postgres::Pool> pool);
  ~PostgresTemplateFeed() override;
  PostgresTemplateFeed(const PostgresTemplateFeed&) = delete;
  PostgresTemplateFeed& operator=(const PostgresTemplateFeed&) = delete;

  [[nodiscard]] Task<Result<std::int64_t>> position() override;
  [[nodiscard]] Task<Result<TemplateChanges>> changes_after(std::int64_t position) override;
  [[nodiscard]] Task<void> wait(std::chrono::milliseconds patience) override;

 private:
  [[nodiscard]] Task<void> wait_here(std::chrono::milliseconds patience);

  std::shared_ptr<postgres::Pool> pool_;
  std::unique_ptr<postgres::Connection> listening_;  // used only by the pool's thread
};

}  // namespace sas
