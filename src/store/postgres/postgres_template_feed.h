#pragma once

#include <memory>

#include "postgres/pool.h"
#include "store/template_feed.h"

namespace sas {

// The feed of a PostgresStore's database. Whoever changes face_templates, a trigger numbers the change under
// a lock that is held until the commit, so that numbers become visible in their order (docs/adr/0060). NOTIFY
// wakes; it may be lost without harm. Keeps one connection beside the pool's. The schema is there before.
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
  std::unique_ptr<postgres::Connection> listening_;  // belongs to the pool's thread
};

}  // namespace sas
