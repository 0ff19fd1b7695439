#include "vision/pack/model_pack.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "embedded/model_manifests.h"
#include "vision/pack/checksum.h"

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
  // Files and commands find a pack by its folder: two names for one pack would part them.
  if (pack && pack->name != path.parent_path().filename())
    return Error::of(ErrorKind::invalid_argument, "invalid_manifest",
                     path.string() + ": field \"name\": expected \"" +
                         path.parent_path().filename().string() + "\", the name of its folder",
                     {{"file", path.string()}, {"field", "name"}});
  return pack;
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
  // A models folder that is not there yet holds no manifests; one that cannot be read may.
  if (error && error != std::errc::no_such_file_or_directory)
    return Error::of(ErrorKind::failed_precondition, "models_dir_unreadable",
                     "the models folder " + models_dir.string() + " cannot be read: " + error.message(),
                     {{"path", models_dir.string()}});
  std::vector<ModelPack> list;
  list.reserve(packs.size());
  for (auto& [name, pack] : packs) list.push_back(std::move(pack));
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
