#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <span>

#include <boost/json.hpp>

#include "domain/embedding.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> kRoles{"detector",  "landmarks", "embedder", "liveness",
                                                 "liveness2", "pose",      "eyes"};

// What each decoder serves and takes. A parameter outside its range is a manifest's mistake.
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
      {"landmarks68", "landmarks", {}},
      {"arcface", "embedder", {}},
      {"softmax", "liveness", {{"live_class", 0, 15}}},
      {"hopenet", "pose", {{"degrees_per_bin", 0.1, 30}, {"first_bin", -180, 180}}},
      {"eyes", "eyes", {{"open_class", 0, 1}}},
  };
  return kRules;
}

std::string quoted_list(auto&& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "\"" : ", \"") + std::string(value) + "\"";
  return text;
}

// Remembers the first mistake: what is read after it is worthless but harmless, and the caller looks once.
class Mistakes {
 public:
  explicit Mistakes(std::string_view origin) : origin_(origin) {}

  void add(std::string_view field, std::string_view expected) {
    if (first_) return;
    std::string message(origin_);
    message += field.empty() ? ": expected " : ": field \"" + std::string(field) + "\": expected ";
    message += expected;
    first_ = Error::of(ErrorKind::invalid_argument, "invalid_manifest", std::move(message),
                       {{"file", origin_}, {"field", std::string(field)}});
  }

  [[nodiscard]] const std::optional<Error>& first() const { return first_; }

 private:
  std::string origin_;
  std::optional<Error> first_;
};

// Reads one JSON object; finish() refuses the fields that nobody asked for.
class Fields {
 public:
  Fields(const json::value* value, std::string path, Mistakes& mistakes)
      : path_(std::move(path)), mistakes_(mistakes) {
    if (value != nullptr && value->is_object())
      object_ = &value->get_object();
    else if (value != nullptr)
      mistakes_.add(path_, "an object");
  }

  [[nodiscard]] std::string path(std::string_view field) const {
    return path_.empty() ? std::string(field) : path_ + "." + std::string(field);
  }
  void expect(std::string_view field, bool holds, std::string_view expected) {
    if (!holds) mistakes_.add(path(field), expected);
  }

  const json::value* any(std::string_view field, std::string_view expected, bool required = true) {
    seen_.insert(std::string(field));
    if (object_ == nullptr) return nullptr;
    const auto* value = object_->if_contains(field);
    if (value == nullptr && required) mistakes_.add(path(field), expected);
    return value;
  }

  std::string text(std::string_view field, bool required = true) {
    const auto* value = any(field, "a text", required);
    if (value == nullptr) return {};
    if (!value->is_string() || value->get_string().empty()) {
      mistakes_.add(path(field), "a text that is not empty");
      return {};
    }
    return std::string(value->get_string());
  }

  bool flag(std::string_view field, bool required = true) {
    const auto* value = any(field, "true or false", required);
    if (value != nullptr && !value->is_bool()) mistakes_.add(path(field), "true or false");
    return value != nullptr && value->is_bool() && value->get_bool();
  }

  double number(std::string_view field, double lowest, double highest, std::optional<double> otherwise = {}) {
    const std::string expected = "a number from " + shortest(lowest) + " to " + shortest(highest);
    const auto* value = any(field, expected, !otherwise);
    if (value == nullptr) return otherwise.value_or(lowest);
    const auto read = as_number(*value);
    if (!read || *read < lowest || *read > highest) {
      mistakes_.add(path(field), expected);
      return lowest;
    }
    return *read;
  }

  std::int64_t whole(std::string_view field, std::int64_t lowest, std::int64_t highest) {
    const auto value = number(field, static_cast<double>(lowest), static_cast<double>(highest));
    expect(field, value == std::floor(value), "a whole number");
    return static_cast<std::int64_t>(value);
  }

  std::vector<float> numbers(std::string_view field, std::size_t channels, bool zero_allowed) {
    const std::string expected =
        "a list of 1 or " + std::to_string(channels) + " numbers" + (zero_allowed ? "" : " other than 0");
    const auto* value = any(field, expected);
    std::vector<float> read;
    if (value == nullptr) return read;
    if (value->is_array()) {
      for (const auto& item : value->get_array()) {
        const auto number = as_number(item);
        if (!number || (!zero_allowed && *number == 0)) {
          mistakes_.add(path(field), expected);
          return {};
        }
        read.push_back(static_cast<float>(*number));
      }
    }
    if (read.size() != 1 && read.size() != channels) mistakes_.add(path(field), expected);
    return read;
  }

  std::size_t choice(std::string_view field, std::span<const std::string_view> choices,
                     std::optional<std::size_t> otherwise = {}) {
    const auto expected = "one of " + quoted_list(choices);
    const auto* value = any(field, expected, !otherwise);
    if (value == nullptr) return otherwise.value_or(0);
    if (value->is_string()) {
      const auto found = std::ranges::find(choices, std::string_view(value->get_string()));
      if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    }
    mistakes_.add(path(field), expected);
    return 0;
  }

  // Every item of a list, with its path: files[2].
  void each(std::string_view field, const auto& read) {
    const auto* value = any(field, "a list that is not empty");
    if (value == nullptr) return;
    if (!value->is_array() || value->get_array().empty()) {
      mistakes_.add(path(field), "a list that is not empty");
      return;
    }
    std::size_t index = 0;
    for (const auto& item : value->get_array()) {
      Fields fields(&item, path(field) + "[" + std::to_string(index++) + "]", mistakes_);
      read(fields);
      fields.finish();
    }
  }

  void finish() {
    if (object_ == nullptr) return;
    for (const auto& [key, value] : *object_)
      if (!seen_.contains(std::string(key)))
        mistakes_.add(path(key), "nothing: there is no such field (known here: " + quoted_list(seen_) + ")");
  }

  [[nodiscard]] const json::object* object() const { return object_; }
  [[nodiscard]] Mistakes& mistakes() { return mistakes_; }

 private:
  static std::string shortest(double value) {
    auto text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  }
  static std::optional<double> as_number(const json::value& value) {
    if (!value.is_number()) return std::nullopt;
    return value.to_number<double>();
  }

  const json::object* object_ = nullptr;
  std::string path_;
  Mistakes& mistakes_;
  std::set<std::string> seen_;
};

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
    fields.expect("npm_package", source.page.empty() != source.npm_package.empty(),
                  "either \"npm_package\" (with \"version\" and \"folder\") or \"page\"");
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
                  cropped ? "a factor above 0 by which the face's box grows"
                          : "no crop: this model sees the whole image that is given");
    if (model.kind == "arcface")
      fields.expect("input", model.input.width == 112 && model.input.height == 112,
                    "112x112: the aligned face");
    Fields parameters(fields.any("parameters", "an object"), fields.path("parameters"), fields.mistakes());
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
  for (const std::string_view role : {"detector", "embedder"})
    if (pack.model(role) == nullptr)
      mistakes.add("models", "a model with role \"" + std::string(role) + "\"");
  const auto* detector = pack.model("detector");
  if (detector != nullptr && detector->kind != "scrfd" && pack.model("landmarks") == nullptr)
    mistakes.add("models",
                 "a model with role \"landmarks\": only the scrfd detector finds the points itself");
}

}  // namespace

const PackFile* ModelPack::file(std::string_view role) const {
  const auto found = std::ranges::find(files, role, &PackFile::role);
  return found == files.end() ? nullptr : &*found;
}

const ModelRecipe* ModelPack::model(std::string_view file_role) const {
  const auto found = std::ranges::find(models, file_role, &ModelRecipe::file_role);
  return found == models.end() ? nullptr : &*found;
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

  Fields embedder(root.any("embedder", "an object"), "embedder", mistakes);
  pack.embedder = ModelId{embedder.text("identity")};
  embedder.expect("identity", is_plain_name(pack.embedder.value), "a name of letters, digits, . _ -");
  pack.embedding_size = static_cast<int>(embedder.whole("size", kEmbeddingSize, kEmbeddingSize));
  embedder.finish();

  Fields threshold(root.any("threshold", "an object"), "threshold", mistakes);
  pack.threshold.cosine = static_cast<float>(threshold.number("cosine", -1, 1));
  pack.threshold.false_accept_rate = threshold.number("false_accept_rate", 0, 1);
  pack.threshold.genuine_accept_rate = threshold.number("genuine_accept_rate", 0, 1);
  pack.threshold.measured_on = threshold.text("measured_on");
  threshold.finish();

  pack.sources = read_sources(root);
  pack.files = read_files(root, pack.sources);
  pack.models = read_models(root);
  root.finish();
  check_together(pack, mistakes);
  if (mistakes.first()) return *mistakes.first();
  return pack;
}

}  // namespace sas::vision
