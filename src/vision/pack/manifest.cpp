#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "domain/embedding.h"
#include "vision/pack/json_fields.h"
#include "vision/pack/model_pack.h"
#include "vision/pack/threshold.h"

namespace sas::vision {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> kRoles{"detector", "landmarks", "landmarks2", "embedder",
                                                 "liveness", "liveness2", "pose",       "eyes"};
// Of the models that a pack may have without an embedder, for use with another pack's.
constexpr std::array<std::string_view, 3> kLendable{"landmarks2", "liveness", "liveness2"};

// A longer vector does not fit an Embedding; a shorter one is too coarse to tell people apart.
constexpr std::int64_t kSmallestEmbedding = 128;

// The role each decoder serves and its parameters. A parameter out of range is an error in the manifest.
struct ParameterRule {
  std::string_view name;
  double lowest;
  double highest;
};
struct KindRule {
  std::string_view kind;
  std::string_view role;
  std::vector<ParameterRule> parameters;
};
const std::vector<KindRule>& kind_rules() {
  static const std::vector<KindRule> kRules{
      {"ultraface", "detector", {{"score", 0, 1}, {"nms", 0, 1}}},
      {"scrfd", "detector", {{"score", 0, 1}, {"nms", 0, 1}}},
      {"yunet", "detector", {{"score", 0, 1}, {"nms", 0, 1}}},
      {"landmarks68", "landmarks", {}},
      {"yunet", "landmarks2", {{"score", 0, 1}, {"nms", 0, 1}}},
      {"arcface", "embedder", {}},
      {"softmax", "liveness", {{"live_class", 0, 15}}},
      {"hopenet", "pose", {{"degrees_per_bin", 0.1, 30}, {"first_bin", -180, 180}}},
      {"eyes", "eyes", {{"open_class", 0, 1}}},
  };
  return kRules;
}

bool is_plain_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 128 && name.front() != '.' && std::ranges::all_of(name, allowed);
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_web_address(std::string_view address) {
  return address.starts_with("https://") || address.starts_with("http://");
}

// Its last part becomes a file name in the models folder and is what a mirror is asked for.
bool is_zip_address(std::string_view address) {
  return is_web_address(address) && address.ends_with(".zip") &&
         is_plain_name(address.substr(address.rfind('/') + 1));
}

std::map<std::string, PackSource> read_sources(Fields& root) {
  std::map<std::string, PackSource> sources;
  Fields list(root.any("sources", "an object of sources"), "sources", root.mistakes());
  if (list.object() == nullptr) return sources;
  root.expect("sources", !list.object()->empty(), "at least one source");
  for (const auto& [key, value] : *list.object()) {
    Fields fields(&value, list.path(key), root.mistakes());
    PackSource source;
    source.page = fields.text("page", false);
    source.npm_package = fields.text("npm_package", false);
    source.archive = fields.text("archive", false);
    source.address = fields.text("address", false);
    const int kinds = (source.page.empty() ? 0 : 1) + (source.npm_package.empty() ? 0 : 1) +
                      (source.archive.empty() ? 0 : 1) + (source.address.empty() ? 0 : 1);
    fields.expect(
        "npm_package", kinds == 1,
        "either \"npm_package\" (with \"version\" and \"folder\"), \"archive\" (with \"sha256\" and "
        "\"bytes\"), \"address\" or \"page\"");
    if (!source.address.empty())
      fields.expect("address", is_web_address(source.address) && !source.address.ends_with('/'),
                    "an https:// or http:// address of a folder, without a slash at the end");
    if (!source.archive.empty()) {
      fields.expect("archive", is_zip_address(source.archive),
                    "an https:// or http:// address of a .zip file");
      source.sha256 = fields.text("sha256");
      fields.expect("sha256", is_sha256(source.sha256), "64 lower-case hex digits");
      source.bytes = static_cast<std::uint64_t>(fields.whole("bytes", 1, 4'000'000'000));
    }
    if (!source.npm_package.empty()) {
      source.version = fields.text("version");
      source.folder = fields.text("folder");
      const std::filesystem::path folder(source.folder);
      fields.expect("folder", folder.is_relative() && std::ranges::find(folder, "..") == folder.end(),
                    "a folder inside the package");
    }
    fields.finish();
    sources.emplace(std::string(key), std::move(source));
  }
  return sources;
}

std::string describe(const PackSource& source, const std::string& file) {
  if (!source.archive.empty()) return source.archive;
  if (!source.address.empty()) return source.address + "/" + file;
  if (source.npm_package.empty()) return source.page;
  return "npm package " + source.npm_package + "@" + source.version + ", " + source.folder + "/" + file;
}

std::vector<PackFile> read_files(Fields& root, const std::map<std::string, PackSource>& sources) {
  std::vector<PackFile> files;
  root.each("files", [&](Fields& fields) {
    PackFile file;
    file.role = kRoles[fields.choice("role", kRoles)];
    file.name = fields.text("name");
    fields.expect("name", is_plain_name(file.name), "a file name without folders (letters, digits, . _ -)");
    file.sha256 = fields.text("sha256");
    fields.expect("sha256", is_sha256(file.sha256), "64 lower-case hex digits");
    file.bytes = static_cast<std::uint64_t>(fields.whole("bytes", 1, 2'000'000'000));
    file.source_id = fields.text("source");
    const auto source = sources.find(file.source_id);
    fields.expect("source", source != sources.end(), "the name of one of \"sources\"");
    if (source != sources.end()) file.source = describe(source->second, file.name);
    for (const auto& other : files) {
      fields.expect("role", other.role != file.role, "each role only once");
      fields.expect("name", other.name != file.name, "each name only once");
    }
    files.push_back(std::move(file));
  });
  return files;
}

InputRecipe read_input(const json::value* value, const std::string& path, Mistakes& mistakes) {
  constexpr std::array<std::string_view, 3> kColours{"rgb", "bgr", "grey"};
  constexpr std::array<std::string_view, 2> kEdges{"repeat", "inside"};
  Fields fields(value, path, mistakes);
  InputRecipe input;
  input.width = static_cast<int>(fields.whole("width", 8, 4096));
  input.height = static_cast<int>(fields.whole("height", 8, 4096));
  input.colour = static_cast<InputRecipe::Colour>(fields.choice("colour", kColours));
  const auto channels = static_cast<std::size_t>(input.channels());
  input.mean = fields.numbers("mean", channels, true);
  input.scale = fields.numbers("scale", channels, false);
  input.crop = static_cast<float>(fields.number("crop", 0, 10, 0.0));
  input.square = fields.flag("square", false);
  input.letterbox = fields.flag("letterbox", false);
  input.edge = static_cast<InputRecipe::Edge>(fields.choice("edge", kEdges, 0));
  fields.finish();
  return input;
}

std::vector<ModelRecipe> read_models(Fields& root) {
  std::vector<ModelRecipe> models;
  root.each("models", [&](Fields& fields) {
    ModelRecipe model;
    model.file_role = kRoles[fields.choice("role", kRoles)];
    std::vector<std::string_view> kinds;
    for (const auto& rule : kind_rules())
      if (rule.role == model.file_role || (rule.role == "liveness" && model.file_role == "liveness2"))
        kinds.push_back(rule.kind);
    model.kind = kinds[fields.choice("kind", kinds)];
    model.input = read_input(fields.any("input", "an object"), fields.path("input"), fields.mistakes());
    const bool cropped = model.file_role != "detector" && model.file_role != "embedder";
    fields.expect("input.crop", cropped == (model.input.crop > 0),
                  cropped ? "a factor above 0 by which to enlarge the face's box"
                          : "no crop: this model takes the whole image");
    if (model.kind == "yunet")
      fields.expect("input", model.input.width % 32 == 0 && model.input.height % 32 == 0,
                    "a width and a height that are multiples of 32, the coarsest level's stride");
    if (model.kind == "arcface")
      fields.expect("input", model.input.width == 112 && model.input.height == 112,
                    "112x112: the aligned face");
    Fields parameters(fields.any("parameters", "an object"), fields.path("parameters"), fields.mistakes());
    // Wherever a kind serves several roles, its parameters are the same.
    const auto rule = std::ranges::find(kind_rules(), model.kind, &KindRule::kind);
    for (const auto& [name, lowest, highest] : rule->parameters)
      model.parameters.emplace(name, parameters.number(name, lowest, highest));
    parameters.finish();
    for (const auto& other : models)
      fields.expect("role", other.file_role != model.file_role, "each role only once");
    models.push_back(std::move(model));
  });
  return models;
}

void check_together(const ModelPack& pack, Mistakes& mistakes) {
  for (const auto& file : pack.files)
    if (pack.model(file.role) == nullptr)
      mistakes.add("models", "a model for the file with role \"" + file.role + "\"");
  for (const auto& model : pack.models)
    if (pack.file(model.file_role) == nullptr)
      mistakes.add("files", "a file for the model with role \"" + model.file_role + "\"");
  if (pack.liveness && pack.model("liveness") == nullptr)
    mistakes.add("liveness", "nothing: the pack has no model with role \"liveness\"");
  if (!pack.recognises()) {
    for (const auto& model : pack.models)
      if (std::ranges::find(kLendable, model.file_role) == kLendable.end())
        mistakes.add("embedder", "an object; only a pack without recognition models may omit it");
    return;
  }
  for (const std::string_view role : {"detector", "embedder"})
    if (pack.model(role) == nullptr)
      mistakes.add("models", "a model with role \"" + std::string(role) + "\"");
  const auto* detector = pack.model("detector");
  if (detector != nullptr && detector->kind == "ultraface" && pack.model("landmarks") == nullptr)
    mistakes.add("models",
                 "a model with role \"landmarks\": the ultraface detector does not find the points itself");
}

void read_embedder(Fields& root, ModelPack& pack) {
  // A pack that only lends models to others does not compare faces.
  if (!root.has("embedder") && !root.has("threshold")) return;
  Fields embedder(root.any("embedder", "an object"), "embedder", root.mistakes());
  pack.embedder = ModelId{embedder.text("identity")};
  embedder.expect("identity", is_plain_name(pack.embedder.value), "a name of letters, digits, . _ -");
  pack.embedding_size = static_cast<int>(embedder.whole("size", kSmallestEmbedding, kEmbeddingSize));
  embedder.finish();
  Fields threshold(root.any("threshold", "an object"), "threshold", root.mistakes());
  pack.threshold = read_threshold(threshold);
  threshold.finish();
}

void read_prior(Fields& root, ModelPack& pack) {
  if (!root.has("corrected_scores")) return;
  Fields fields(root.any("corrected_scores", "an object"), "corrected_scores", root.mistakes());
  ScorePrior prior;
  constexpr double kMostPeople = 1e9;
  constexpr double kLeastSpread = 0.001;
  fields.each("strangers", [&](Fields& row) {
    const auto people =
        static_cast<std::size_t>(row.whole("people", 1, static_cast<std::int64_t>(kMostPeople)));
    row.expect("people", prior.strangers.empty() || prior.strangers.back().people < people,
               "more than before");
    prior.strangers.push_back({.people = people,
                               .location = static_cast<float>(row.number("location", -1, 1)),
                               .scale = static_cast<float>(row.number("scale", kLeastSpread, 1))});
  });
  prior.genuine_mean = static_cast<float>(fields.number("genuine_mean", -1, 1));
  prior.genuine_deviation = static_cast<float>(fields.number("genuine_deviation", kLeastSpread, 1));
  static_cast<void>(fields.text("measured_on"));
  fields.finish();
  pack.prior = std::move(prior);
}

void read_liveness(Fields& root, ModelPack& pack) {
  if (!root.has("liveness")) return;
  Fields fields(root.any("liveness", "an object"), "liveness", root.mistakes());
  LivenessThreshold liveness;
  liveness.score = static_cast<float>(fields.number("threshold", 0, 1));
  liveness.live_refused = fields.number("live_refused", 0, 1);
  liveness.spoof_accepted = fields.number("spoof_accepted", 0, 1);
  liveness.measured_on = fields.text("measured_on");
  liveness.weak = fields.flag("weak", false);
  fields.finish();
  pack.liveness = std::move(liveness);
}

}  // namespace

VerificationThreshold read_threshold(Fields& fields) {
  VerificationThreshold threshold;
  threshold.cosine = static_cast<float>(fields.number("cosine", -1, 1));
  threshold.false_accept_rate = fields.optional_number("false_accept_rate", 0, 1);
  threshold.genuine_accept_rate = fields.optional_number("genuine_accept_rate", 0, 1);
  threshold.measured_on = fields.text("measured_on");
  return threshold;
}

const PackFile* ModelPack::file(std::string_view role) const {
  const auto found = std::ranges::find(files, role, &PackFile::role);
  return found == files.end() ? nullptr : &*found;
}

const ModelRecipe* ModelPack::model(std::string_view file_role) const {
  const auto found = std::ranges::find(models, file_role, &ModelRecipe::file_role);
  return found == models.end() ? nullptr : &*found;
}

bool ModelPack::takes_second_opinion() const {
  const auto* detector = model("detector");
  return detector != nullptr && detector->kind != "yunet" && model("landmarks2") == nullptr;
}

Result<ModelPack> parse_manifest(std::string_view text, std::string_view origin) {
  Mistakes mistakes(origin);
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error) {
    mistakes.add("", "valid JSON (" + error.message() + ")");
    return *mistakes.first();
  }
  Fields root(&value, "", mistakes);
  ModelPack pack;
  root.whole("schema", 1, 1);
  pack.name = root.text("name");
  root.expect("name", is_plain_name(pack.name), "a name of letters, digits, . _ -");
  pack.description = root.text("description");

  Fields licence(root.any("licence", "an object"), "licence", mistakes);
  pack.licence = licence.text("spdx");
  pack.commercial_use = licence.flag("commercial_use");
  pack.licence_note = licence.text("note");
  licence.finish();

  read_embedder(root, pack);
  read_prior(root, pack);
  read_liveness(root, pack);
  pack.sources = read_sources(root);
  pack.files = read_files(root, pack.sources);
  pack.models = read_models(root);
  root.finish();
  check_together(pack, mistakes);
  if (mistakes.first()) return *mistakes.first();
  return pack;
}

}  // namespace sas::vision
