#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/person.h"

namespace sas {

// The templates of all organisations as a gallery needs them at start. Thread-safe. Errors: those of Store.
class TemplateStore {
 public:
  virtual ~TemplateStore() = default;

  // Every template of every living person, in batches. Stops early when `sink` returns false. `sink` runs on the
  // caller's executor; no transaction is open meanwhile.
  [[nodiscard]] virtual Task<Result<void>> for_each_template(
      std::function<bool(std::vector<FaceTemplate>)> sink) = 0;

  // Names the present set of templates: two equal fingerprints of one database, whenever they were taken, are
  // of the same templates, through restarts, kills and restored backups. Cheap. At most 4096 bytes.
  [[nodiscard]] virtual Task<Result<std::string>> template_fingerprint() = 0;
};

}  // namespace sas
