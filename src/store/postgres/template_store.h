#pragma once

#include <memory>

#include "store/postgres/client.h"
#include "store/templates.h"

namespace sas::store::postgres {

class PostgresTemplateStore final : public TemplateStore {
 public:
  // `pool` outlives it.
  explicit PostgresTemplateStore(Pool& pool) : pool_(pool) {}

  [[nodiscard]] Task<Result<void>> for_each_template(
      std::function<bool(std::vector<FaceTemplate>)> sink) override;
  [[nodiscard]] Task<Result<std::string>> template_fingerprint() override;

 private:
  Pool& pool_;
};

// Reads the template from the columns kTemplateColumns, starting at `column`. data_loss: it is damaged.
inline constexpr const char* kTemplateColumns =
    "f.id, f.person_id, f.organisation_id, f.model, f.quality, f.created_at, f.embedding";
[[nodiscard]] Result<FaceTemplate> template_row(const Rows& rows, int row, int column);

}  // namespace sas::store::postgres
