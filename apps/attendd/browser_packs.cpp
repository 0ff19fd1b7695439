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

// Models of the same role give way. Damaged files are not lent: the edge refuses to start with them, and a browser works
// without them.
void lend(const ModelPack& lender, const std::filesystem::path& models_dir, Offer& offer) {
  auto files = vision::check_files(lender, models_dir);
  if (!all_good(files)) {
    spdlog::warn("browsers do without the models of {}: its files are damaged (run attend models verify)",
                 lender.name);
    return;
  }
  const auto is_liveness = [](std::string_view role) { return role.starts_with("liveness"); };
  const bool lends_liveness = lender.model("liveness") != nullptr;
  const auto gives_way = [&](std::string_view role) { return lends_liveness && is_liveness(role); };
  ModelPack& pack = offer.pack;
  std::erase_if(pack.models, [&](const auto& model) { return gives_way(model.file_role); });
  std::erase_if(pack.files, [&](const auto& file) { return gives_way(file.role); });
  std::erase_if(offer.files, [&](const auto& check) { return gives_way(check.file.role); });
  const auto lent = [&](std::string_view role) {
    return lends_liveness ? is_liveness(role) : role == "landmarks2";
  };
  std::ranges::copy_if(lender.models, std::back_inserter(pack.models),
                       [&](const auto& model) { return lent(model.file_role); });
  for (auto& check : files) {
    if (!lent(check.file.role)) continue;
    offer.lenders.emplace(check.file.role, lender.name);
    pack.files.push_back(check.file);
    offer.files.push_back(std::move(check));
  }
  if (lends_liveness) pack.liveness = lender.liveness;
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
    if (second && *second && pack.takes_second_opinion()) lend(**second, models_dir, offer);
    const auto judge = vision::find_liveness_judge(models_dir, pack, liveness_pack);
    if (judge && *judge && (*judge)->name != pack.name) lend(**judge, models_dir, offer);
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
