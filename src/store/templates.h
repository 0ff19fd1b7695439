#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/task.h"
#include "domain/person.h"

namespace sas {

// The templates of all organisations, for filling a gallery. Thread-safe. Errors: see Store.
class TemplateStore {
 public:
  virtual ~TemplateStore() = default;

  // Passes every template of every person who is not removed to `sink`, in batches. Stops early if `sink` returns
  // false. `sink` runs on the caller's executor, without an open transaction.
  [[nodiscard]] virtual Task<Result<void>> for_each_template(
      std::function<bool(std::vector<FaceTemplate>)> sink) = 0;

  // Identifies the current set of templates: equal fingerprints of one database always mean the same templates, also
  // across restarts, crashes and restored backups. Cheap. At most 4096 bytes.
  [[nodiscard]] virtual Task<Result<std::string>> template_fingerprint() = 0;
};

}  // namespace sas
