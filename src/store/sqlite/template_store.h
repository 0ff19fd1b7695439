#pragma once

#include "store/sqlite/database.h"
#include "store/templates.h"

namespace sas::store::sqlite {

class SqliteTemplateStore final : public TemplateStore {
 public:
  // `database` outlives it.
  explicit SqliteTemplateStore(Database& database) : database_(database) {}

  [[nodiscard]] Task<Result<void>> for_each_template(
      std::function<bool(std::vector<FaceTemplate>)> sink) override;
  [[nodiscard]] Task<Result<std::string>> template_fingerprint() override;

 private:
  Database& database_;
};

}  // namespace sas::store::sqlite
