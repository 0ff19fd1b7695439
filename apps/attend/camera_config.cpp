#include "attend/camera_config.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include <toml++/toml.h>

#include "edge/webcam.h"
#include "protocol/fields.h"

namespace sas::attend {
namespace {

// What stands for every camera where it stands at the top, and for one where it stands in its [[camera]].
constexpr std::array<std::string_view, 4> kShared{"resolution", "rotate", "roi", "liveness"};
constexpr std::string_view kKnown = "id, source, resolution, rotate, roi and liveness";

class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  [[nodiscard]] std::string at(const toml::node& node) const {
    return name_ + ":" + std::to_string(node.source().begin.line);
  }
  [[nodiscard]] Error wrong(const toml::node& node, const std::string& what) const {
    return Error::of(ErrorKind::invalid_argument, "invalid_cameras", at(node) + ": " + what);
  }
  [[nodiscard]] Result<std::string> text(const toml::node& node, std::string_view key) const {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) return wrong(node, std::string(key) + " must be text in quotes");
    return *value;
  }

  // Takes one of kShared into `spec`.
  [[nodiscard]] Result<void> shared(std::string_view key, const toml::node& node,
                                    edge::CameraSpec& spec) const;
  [[nodiscard]] Result<edge::CameraSpec> camera(const toml::table& table, edge::CameraSpec spec) const;

 private:
  std::string name_;
};

bool is_shared(std::string_view key) { return std::ranges::find(kShared, key) != kShared.end(); }

Result<cv::Rect2f> region_of(const Reader& reader, const toml::node& node) {
  const toml::array* list = node.as_array();
  std::array<float, 4> numbers{};
  bool good = list != nullptr && list->size() == numbers.size();
  for (std::size_t i = 0; good && i < numbers.size(); ++i) {
    const auto value = (*list)[i].value<double>();
    good = value.has_value();
    if (good) numbers[i] = static_cast<float>(*value);
  }
  if (!good) return reader.wrong(node, "roi must be four numbers, such as [0.25, 0, 0.5, 1]");
  return edge::check_region({numbers[0], numbers[1], numbers[2], numbers[3]}, reader.at(node));
}

Result<void> Reader::shared(std::string_view key, const toml::node& node, edge::CameraSpec& spec) const {
  if (key == "roi") {
    auto region = region_of(*this, node);
    if (!region) return region.error();
    spec.view.region = *region;
  } else if (key == "rotate") {
    const auto degrees = node.value_exact<std::int64_t>();
    if (!degrees) return wrong(node, "rotate must be 0, 90, 180 or 270");
    const auto rotation = edge::check_rotation(*degrees, at(node));
    if (!rotation) return rotation.error();
    spec.view.rotation = *rotation;
  } else if (key == "resolution") {
    const auto size = text(node, key);
    if (!size) return size.error();
    const auto resolution = edge::parse_resolution(*size, at(node));
    if (!resolution) return resolution.error();
    spec.view.resolution = *resolution;
  } else {
    const auto mode = text(node, key);
    if (!mode) return mode.error();
    const auto liveness = edge::parse_liveness_mode(*mode);
    if (!liveness) return wrong(node, "liveness must be \"off\", \"passive\" or \"active\"");
    spec.liveness = *liveness;
  }
  return {};
}

Result<edge::CameraSpec> Reader::camera(const toml::table& table, edge::CameraSpec spec) const {
  spec.source.clear();
  for (const auto& [key, node] : table) {
    if (is_shared(key.str())) {
      if (auto taken = shared(key.str(), node, spec); !taken) return taken.error();
    } else if (key == "id") {
      const auto id = text(node, "id");
      if (!id) return id.error();
      auto camera = protocol::parse_camera_id("id", *id);
      if (!camera) return wrong(node, camera.error().message);
      spec.id = std::move(*camera);
    } else if (key == "source") {
      // A webcam's number needs no quotes.
      const auto number = node.value_exact<std::int64_t>();
      const auto source = number ? Result<std::string>(std::to_string(*number)) : text(node, "source");
      if (!source) return source.error();
      spec.source = *source;
    } else {
      return wrong(node,
                   "unknown key \"" + std::string(key.str()) + "\"; a camera has " + std::string(kKnown));
    }
  }
  if (spec.id.value.empty())
    return wrong(table, "this camera has no id; give it one, such as id = \"entrance\"");
  if (spec.source.empty()) {
    return wrong(table, "camera \"" + spec.id.value +
                            "\" has no source; give it a webcam's number, a file, a URL or a folder");
  }
  return spec;
}

}  // namespace

Result<std::vector<edge::CameraSpec>> parse_cameras(std::string_view toml, std::string_view name) {
  toml::table table;
  try {
    table = toml::parse(toml);
  } catch (const toml::parse_error& problem) {
    return Error::of(ErrorKind::invalid_argument, "invalid_cameras",
                     std::string(name) + ":" + std::to_string(problem.source().begin.line) +
                         ": this is not TOML: " + std::string(problem.description()));
  }
  const Reader reader(name);
  edge::CameraSpec usual;
  const toml::array* list = nullptr;
  for (const auto& [key, node] : table) {
    if (is_shared(key.str())) {
      if (auto taken = reader.shared(key.str(), node, usual); !taken) return taken.error();
    } else if (key == "camera" && node.is_array_of_tables()) {
      list = node.as_array();
    } else {
      return reader.wrong(node, "\"" + std::string(key.str()) +
                                    "\" is not expected here; each camera begins with [[camera]], and before "
                                    "the first may stand resolution, rotate, roi and liveness for all");
    }
  }
  if (list == nullptr || list->empty()) {
    return Error::of(ErrorKind::invalid_argument, "invalid_cameras",
                     std::string(name) +
                         ": no camera in it; each begins with [[camera]] and has an id and a "
                         "source");
  }
  std::vector<edge::CameraSpec> cameras;
  std::set<std::string> ids;
  std::set<std::string> devices;
  for (const toml::node& node : *list) {
    auto camera = reader.camera(*node.as_table(), usual);
    if (!camera) return camera.error();
    if (!ids.insert(camera->id.value).second) {
      return reader.wrong(node, "a second camera named \"" + camera->id.value +
                                    "\"; the log could not tell the two apart, so give each its own id");
    }
    const auto device = edge::webcam_device(camera->source);
    if (device && !devices.insert(edge::webcam_identity(*device)).second)
      return reader.wrong(node, "webcam " + camera->source + " is taken by another camera of this file");
    cameras.push_back(std::move(*camera));
  }
  return cameras;
}

Result<std::vector<edge::CameraSpec>> load_cameras(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return Error::of(
        ErrorKind::not_found, "cameras_not_found",
        "cannot read " + file.string() + "; --config takes a TOML file with a [[camera]] for each");
  }
  const std::string toml((std::istreambuf_iterator<char>(stream)), {});
  return parse_cameras(toml, file.string());
}

}  // namespace sas::attend
