#include "browser_packs.h"

#include <string>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "protocol/json_writer.h"

namespace sas {
namespace {

using protocol::JsonWriter;
using vision::InputRecipe;
using vision::ModelPack;

std::string_view name_of(InputRecipe::Colour colour) {
  switch (colour) {
    case InputRecipe::Colour::rgb:
      return "rgb";
    case InputRecipe::Colour::bgr:
      return "bgr";
    case InputRecipe::Colour::grey:
      return "grey";
  }
  return "rgb";
}

// With full precision: a browser must compute with exactly the same numbers as the edge.
void write_numbers(JsonWriter& out, const std::vector<float>& numbers) {
  out.begin_array();
  for (const float number : numbers) out.raw(fmt::format("{}", number));
  out.end_array();
}

void write_input(JsonWriter& out, const InputRecipe& input) {
  out.begin_object().key("width").integer(input.width).key("height").integer(input.height);
  out.key("colour").text(name_of(input.colour));
  write_numbers(out.key("mean"), input.mean);
  write_numbers(out.key("scale"), input.scale);
  out.key("crop").raw(fmt::format("{}", input.crop));
  out.key("square").boolean(input.square).key("letterbox").boolean(input.letterbox);
  out.key("edge").text(input.edge == InputRecipe::Edge::repeat ? "repeat" : "inside").end_object();
}

std::string manifest_of(const ModelPack& pack, bool is_default) {
  JsonWriter out;
  out.begin_object().key("name").text(pack.name).key("description").text(pack.description);
  out.key("default").boolean(is_default);
  out.key("licence").begin_object().key("spdx").text(pack.licence);
  out.key("commercial_use").boolean(pack.commercial_use).key("note").text(pack.licence_note).end_object();
  out.key("embedder").begin_object().key("identity").text(pack.embedder.value);
  out.key("size").integer(pack.embedding_size).end_object();
  out.key("threshold").begin_object().key("cosine").number(static_cast<double>(pack.threshold.cosine));
  out.key("false_accept_rate").number(pack.threshold.false_accept_rate);
  out.key("genuine_accept_rate").number(pack.threshold.genuine_accept_rate);
  out.key("measured_on").text(pack.threshold.measured_on).end_object();
  out.key("files").begin_array();
  for (const vision::PackFile& file : pack.files) {
    out.begin_object().key("role").text(file.role).key("name").text(file.name);
    out.key("bytes").integer(static_cast<std::int64_t>(file.bytes)).key("sha256").text(file.sha256);
    out.key("url").text("/api/v1/models/" + pack.name + "/" + file.name).end_object();
  }
  out.end_array().key("models").begin_array();
  for (const vision::ModelRecipe& model : pack.models) {
    out.begin_object().key("role").text(model.file_role).key("kind").text(model.kind);
    write_input(out.key("input"), model.input);
    out.key("parameters").begin_object();
    for (const auto& [name, value] : model.parameters) out.key(name).raw(fmt::format("{}", value));
    out.end_object().end_object();
  }
  out.end_array().end_object();
  return out.take();
}

}  // namespace

std::vector<api::BrowserPack> browser_packs(const std::vector<ModelPack>& known,
                                            const std::filesystem::path& models_dir, const ModelId& first) {
  std::vector<api::BrowserPack> packs;
  for (const ModelPack& pack : known) {
    if (!pack.recognises()) continue;
    api::BrowserPack offered;
    bool whole = true;
    for (const vision::FileCheck& check : vision::check_files(pack, models_dir)) {
      whole = whole && check.state == vision::FileCheck::State::good;
      offered.files.push_back({check.file.name, check.file.sha256, check.path});
    }
    if (!whole) continue;
    offered.name = pack.name;
    offered.manifest_json = manifest_of(pack, pack.embedder == first);
    packs.push_back(std::move(offered));
  }
  if (packs.empty())
    spdlog::info("browsers cannot be edges: {} contains no complete model pack (run attend models pull)",
                 models_dir.string());
  return packs;
}

}  // namespace sas
