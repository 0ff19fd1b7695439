#include "browser_packs.h"

#include <algorithm>
#include <iterator>
#include <map>
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

// A pack as a browser runs it: its own models and those that others lend it.
struct Offer {
  ModelPack pack;
  std::vector<vision::FileCheck> files;
  std::map<std::string, std::string> lenders;  // by the role of a lent file
};

bool all_good(const std::vector<vision::FileCheck>& files) {
  return std::ranges::all_of(
      files, [](const vision::FileCheck& file) { return file.state == vision::FileCheck::State::good; });
}

// Of the lender's models those whose role begins with `role`. False: damaged files are not lent. The edge refuses to
// start with them; a browser works without them.
bool lend(const ModelPack& lender, std::string_view role, const std::filesystem::path& models_dir,
          Offer& offer) {
  auto files = vision::check_files(lender, models_dir);
  std::erase_if(files, [&](const vision::FileCheck& check) { return !check.file.role.starts_with(role); });
  if (!all_good(files)) {
    spdlog::warn(
        "browsers do without the models of {}: its files are missing or damaged (run attend models verify)",
        lender.name);
    return false;
  }
  ModelPack& pack = offer.pack;
  for (auto& check : files) {
    vision::ModelRecipe model = *lender.model(check.file.role);
    // A pack has each role once, and a browser averages all whose role begins with "liveness".
    while (pack.model(model.file_role) != nullptr) model.file_role += "+";
    check.file.role = model.file_role;
    offer.lenders.emplace(model.file_role, lender.name);
    pack.models.push_back(std::move(model));
    pack.files.push_back(check.file);
    offer.files.push_back(std::move(check));
  }
  return true;
}

void forget_liveness(Offer& offer) {
  const auto is_liveness = [](std::string_view role) { return role.starts_with("liveness"); };
  std::erase_if(offer.pack.models, [&](const auto& model) { return is_liveness(model.file_role); });
  std::erase_if(offer.pack.files, [&](const auto& file) { return is_liveness(file.role); });
  std::erase_if(offer.files, [&](const auto& check) { return is_liveness(check.file.role); });
}

std::string manifest_of(const Offer& offer, bool is_default) {
  const ModelPack& pack = offer.pack;
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
  out.key("liveness");
  if (pack.liveness) {
    out.begin_object().key("threshold").number(static_cast<double>(pack.liveness->score));
    out.key("weak").boolean(pack.liveness->weak).end_object();
  } else {
    out.null();
  }
  out.key("files").begin_array();
  for (const vision::PackFile& file : pack.files) {
    out.begin_object().key("role").text(file.role).key("name").text(file.name);
    const auto lender = offer.lenders.find(file.role);
    out.key("pack").text(lender == offer.lenders.end() ? pack.name : lender->second);
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
                                            const std::filesystem::path& models_dir, const ModelId& first,
                                            std::string_view liveness_pack) {
  const auto second = vision::find_second_opinion(models_dir);
  std::vector<api::BrowserPack> packs;
  for (const ModelPack& pack : known) {
    if (!pack.recognises()) continue;
    Offer offer{.pack = pack, .files = vision::check_files(pack, models_dir), .lenders = {}};
    if (!all_good(offer.files)) continue;
    if (second && *second && pack.takes_second_opinion()) lend(**second, "landmarks2", models_dir, offer);
    const auto judges = vision::find_liveness_models(models_dir, pack, liveness_pack);
    if (judges && judges->lent) {
      if (!judges->own) forget_liveness(offer);
      if (lend(*judges->lent, "liveness", models_dir, offer)) offer.pack.liveness = judges->threshold(pack);
    }
    api::BrowserPack offered;
    for (const vision::FileCheck& check : offer.files)
      offered.files.push_back({check.file.name, check.file.sha256, check.path});
    offered.name = pack.name;
    offered.manifest_json = manifest_of(offer, pack.embedder == first);
    packs.push_back(std::move(offered));
  }
  if (packs.empty())
    spdlog::info("browsers cannot be edges: {} contains no complete model pack (run attend models pull)",
                 models_dir.string());
  return packs;
}

}  // namespace sas
