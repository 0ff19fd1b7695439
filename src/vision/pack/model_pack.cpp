#include "vision/pack/model_pack.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "embedded/model_manifests.h"
#include "vision/pack/checksum.h"
#include "vision/pack/file_installer.h"
#include "vision/pack/json_fields.h"
#include "vision/pack/threshold.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;

Result<ModelPack> read_manifest(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream)
    return Error::of(ErrorKind::invalid_argument, "invalid_manifest",
                     path.string() + ": cannot be read; check its permissions", {{"file", path.string()}});
  auto pack = parse_manifest(text, path.string());
  // Files and commands find a pack by its folder, so both names must be equal.
  if (pack && pack->name != path.parent_path().filename())
    return Error::of(ErrorKind::invalid_argument, "invalid_manifest",
                     path.string() + ": field \"name\": expected \"" +
                         path.parent_path().filename().string() + "\", the name of its folder",
                     {{"file", path.string()}, {"field", "name"}});
  return pack;
}

// Applies the operator's own threshold, if there is one, instead of the manifest's.
Result<void> apply_threshold(ModelPack& pack, const fs::path& models_dir) {
  const auto path = models_dir / pack.name / kThresholdFile;
  std::error_code ignored;
  if (!pack.recognises() || !fs::exists(path, ignored)) return {};
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  Mistakes mistakes(path.string());
  boost::system::error_code error;
  const auto value = boost::json::parse(text, error);
  if (error) {
    mistakes.add("",
                 "valid JSON (" + error.message() + "); `attend eval --write-threshold pack` rewrites it");
    return *mistakes.first();
  }
  Fields fields(&value, "", mistakes);
  auto threshold = read_threshold(fields);
  const auto identity = fields.text("embedder");
  fields.expect(
      "embedder", identity == pack.embedder.value,
      "\"" + pack.embedder.value + "\": a threshold measured with another embedder is meaningless here");
  fields.finish();
  if (mistakes.first()) return *mistakes.first();
  pack.threshold = std::move(threshold);
  return {};
}

// Whether all its files are in the models folder. A damaged file is found when it is loaded.
bool is_installed(const ModelPack& pack, const fs::path& models_dir) {
  return std::ranges::all_of(pack.files, [&](const PackFile& file) {
    std::error_code error;
    return fs::exists(models_dir / pack.name / file.name, error);
  });
}

}  // namespace

Result<std::vector<ModelPack>> known_packs(const fs::path& models_dir) {
  std::map<std::string, ModelPack> packs;
  for (const auto& file : embedded::model_manifests::files()) {
    auto pack = parse_manifest(file.bytes, "built-in manifest " + std::string(file.name));
    if (!pack) return pack.error();
    auto name = pack->name;
    packs.insert_or_assign(std::move(name), std::move(*pack));
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(models_dir, error)) {
    const auto manifest = entry.path() / "manifest.json";
    std::error_code ignored;
    if (!fs::exists(manifest, ignored)) continue;
    auto pack = read_manifest(manifest);
    if (!pack) return pack.error();
    auto name = pack->name;
    packs.insert_or_assign(std::move(name), std::move(*pack));
  }
  // A models folder that does not exist contains no manifests; one that cannot be read may.
  if (error && error != std::errc::no_such_file_or_directory)
    return Error::of(ErrorKind::failed_precondition, "models_dir_unreadable",
                     "the models folder " + models_dir.string() + " cannot be read: " + error.message(),
                     {{"path", models_dir.string()}});
  std::vector<ModelPack> list;
  list.reserve(packs.size());
  for (auto& [name, pack] : packs) {
    if (auto applied = apply_threshold(pack, models_dir); !applied) return applied.error();
    list.push_back(std::move(pack));
  }
  return list;
}

Result<ModelPack> find_pack(const fs::path& models_dir, std::string_view name) {
  auto packs = known_packs(models_dir);
  if (!packs) return packs.error();
  const auto found = std::ranges::find(*packs, name, &ModelPack::name);
  if (found != packs->end()) return std::move(*found);
  std::string known;
  for (const auto& pack : *packs) known += (known.empty() ? "" : ", ") + pack.name;
  return Error::of(ErrorKind::not_found, "unknown_pack",
                   "there is no model pack \"" + std::string(name) + "\"; known: " + known +
                       ". A pack of your own is a folder " + (models_dir / name / "manifest.json").string(),
                   {{"pack", std::string(name)}});
}

Result<ModelPack> find_recognising_pack(const fs::path& models_dir, std::string_view name) {
  auto pack = find_pack(models_dir, name);
  if (!pack || pack->recognises()) return pack;
  return Error::of(
      ErrorKind::invalid_argument, "not_a_recognition_pack",
      "the model pack \"" + pack->name +
          (pack->model("liveness") == nullptr
               ? "\" does not recognise faces: once installed, it is used with every recognition pack"
               : "\" has only liveness models: set it as LIVENESS_PACK or --liveness-pack, in addition to a "
                 "recognition pack"),
      {{"pack", pack->name}});
}

Result<ModelPack> find_liveness_pack(const fs::path& models_dir, std::string_view name) {
  auto pack = find_pack(models_dir, name);
  if (!pack || pack->model("liveness") != nullptr) return pack;
  return Error::of(ErrorKind::invalid_argument, "not_a_liveness_pack",
                   "the model pack \"" + pack->name +
                       "\" has no liveness model; `attend models list` shows which packs have one",
                   {{"pack", pack->name}});
}

Result<std::optional<ModelPack>> find_second_opinion(const fs::path& models_dir) {
  auto pack = find_pack(models_dir, kSecondOpinionPack);
  if (!pack) return pack.error();
  const auto* file = pack->file("landmarks2");
  if (file == nullptr)
    return Error::of(ErrorKind::invalid_argument, "invalid_manifest",
                     "the model pack \"" + pack->name + "\" has no model with role \"landmarks2\"",
                     {{"pack", pack->name}});
  if (!is_installed(*pack, models_dir)) return std::optional<ModelPack>();
  return std::optional<ModelPack>(std::move(*pack));
}

std::string LivenessModels::names(const ModelPack& pack) const {
  if (!lent) return own ? pack.name : std::string();
  return own ? lent->name + " and " + pack.name : lent->name;
}

const std::optional<LivenessThreshold>& LivenessModels::threshold(const ModelPack& pack) const {
  static const std::optional<LivenessThreshold> kNone;
  if (lent) return lent->liveness;
  return own ? pack.liveness : kNone;
}

Result<LivenessModels> find_liveness_models(const fs::path& models_dir, const ModelPack& pack,
                                            std::string_view chosen) {
  const bool has_own = pack.model("liveness") != nullptr;
  if (!chosen.empty() && chosen != pack.name) {
    auto found = find_liveness_pack(models_dir, chosen);
    if (!found) return found.error();
    return LivenessModels{.own = false, .lent = std::move(*found)};
  }
  const bool weak = pack.liveness && pack.liveness->weak;
  if (!chosen.empty() || (has_own && !weak)) return LivenessModels{.own = has_own};
  auto better = find_liveness_pack(models_dir, kLivenessPack);
  if (!better) return better.error();
  if (!is_installed(*better, models_dir)) return LivenessModels{.own = has_own};
  return LivenessModels{.own = has_own, .lent = std::move(*better)};
}

Result<fs::path> write_threshold(const ModelPack& pack, const fs::path& models_dir,
                                 const VerificationThreshold& threshold) {
  // Rounded: printing a float as a double would show digits that were not measured.
  boost::json::object object{{"embedder", pack.embedder.value},
                             {"cosine", std::round(static_cast<double>(threshold.cosine) * 10000) / 10000},
                             {"measured_on", threshold.measured_on}};
  if (threshold.false_accept_rate) object["false_accept_rate"] = *threshold.false_accept_rate;
  if (threshold.genuine_accept_rate) object["genuine_accept_rate"] = *threshold.genuine_accept_rate;
  const auto path = models_dir / pack.name / kThresholdFile;
  auto file = FileInstaller::open(path);
  if (!file) return file.error();
  if (auto written = file->write(boost::json::serialize(object) + "\n"); !written) return written.error();
  if (auto placed = file->put_in_place(); !placed) return placed.error();
  return path;
}

std::vector<FileCheck> check_files(const ModelPack& pack, const fs::path& models_dir) {
  std::vector<FileCheck> checks;
  for (const auto& file : pack.files) {
    FileCheck check{file, models_dir / pack.name / file.name, FileCheck::State::missing};
    std::error_code error;
    if (fs::exists(check.path, error)) {
      const auto digest = sha256_of_file(check.path);
      check.state = digest && *digest == file.sha256 ? FileCheck::State::good : FileCheck::State::damaged;
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace sas::vision
