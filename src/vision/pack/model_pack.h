#pragma once
// A model pack is a manifest: the files, each model's input format, the embedder's identity, and the
// similarity from which two faces are the same person. Nothing here needs OpenCV or ONNX Runtime, so a server
// can read packs.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/ids.h"
#include "domain/score_prior.h"

namespace sas::vision {

// Where files come from: an npm package (package, version and the folder in it), a zip file to download, a folder
// on a web server from which each file is downloaded by its name, or a web page for a person. Exactly one of
// npm_package, archive, address and page is set.
struct PackSource {
  std::string npm_package;
  std::string version;
  std::string folder;
  std::string archive;  // URL of a zip file
  std::string sha256;   // of the zip file
  std::uint64_t bytes = 0;
  std::string address;  // URL of the folder, without a slash at the end
  std::string page;
};

struct PackFile {
  // "detector" | "landmarks" | "landmarks2" | "embedder" | "liveness" | "liveness2" | "pose" | "eyes"; each at
  // most once.
  std::string role;
  std::string name;    // file name inside the pack's folder
  std::string sha256;  // 64 lower-case hex digits
  std::uint64_t bytes = 0;
  std::string source;     // where to get it, for messages
  std::string source_id;  // key into ModelPack::sources
};

// How pixels are converted to a model's input tensor.
struct InputRecipe {
  int width = 0;
  int height = 0;
  enum class Colour { rgb, bgr, grey } colour = Colour::rgb;
  std::vector<float> mean;   // one per channel, or one for all; in 0..255
  std::vector<float> scale;  // (pixel - mean) / scale; the same count as mean
  float crop = 0;            // enlarge the face box by this factor; 0: use the whole image
  bool square = false;       // crop a square with the longer side of the box
  bool letterbox = false;    // keep the aspect ratio and pad right and bottom instead of stretching
  // For a crop that extends beyond the image: repeat the image's edge, or shrink and move the crop inside.
  enum class Edge { repeat, inside } edge = Edge::repeat;

  [[nodiscard]] int channels() const { return colour == Colour::grey ? 1 : 3; }
};

struct ModelRecipe {
  // The decoder: "ultraface" | "scrfd" | "yunet" | "landmarks68" | "arcface" | "softmax" | "hopenet" | "eyes".
  std::string kind;
  std::string file_role;
  InputRecipe input;
  std::map<std::string, double> parameters;  // of the decoder: score, nms, live_class, bins …
};

struct VerificationThreshold {
  float cosine = 0;                           // accept at or above this cosine
  std::optional<double> false_accept_rate;    // measured at it, 1:1; none: not measured
  std::optional<double> genuine_accept_rate;  // same
  std::string measured_on;                    // data and size, so that the numbers can be judged
};

// The score from which a face counts as live, and the resulting error rates.
struct LivenessThreshold {
  float score = 0.5F;
  double live_refused = 0;    // share of live faces classified as spoofs (BPCER of ISO/IEC 30107-3)
  double spoof_accepted = 0;  // share of spoofs classified as live (APCER)
  std::string measured_on;
  // The models take too many living people for pictures: a low score alone turns nobody away.
  bool weak = false;
};

struct ModelPack {
  std::string name;  // "faceplugin"
  std::string description;
  // Identity of the vectors: changes whenever they become incomparable. Empty: the pack only has models for use
  // with another pack's, for liveness or as a second opinion on landmarks.
  ModelId embedder;
  std::string licence;       // SPDX
  std::string licence_note;  // plain-language restrictions
  bool commercial_use = false;
  int embedding_size = 0;  // numbers of the embedder, 128..kEmbeddingSize; see FaceEngine::embed()
  VerificationThreshold threshold;
  std::optional<ScorePrior> prior;            // none: the server cannot calibrate its threshold
  std::optional<LivenessThreshold> liveness;  // none: no liveness models, or not measured
  std::map<std::string, PackSource> sources;
  std::vector<PackFile> files;
  std::vector<ModelRecipe> models;  // one per file

  // Can find and compare faces; a pack that cannot may still lend models to one that can (EngineOptions).
  [[nodiscard]] bool recognises() const { return !embedder.value.empty(); }
  // Its detector's and landmark model's points may be compared with those of kSecondOpinionPack. Asking the same model
  // twice would be no second opinion.
  [[nodiscard]] bool takes_second_opinion() const;
  [[nodiscard]] const PackFile* file(std::string_view role) const;
  [[nodiscard]] const ModelRecipe* model(std::string_view file_role) const;
};

// The packs built into the program (models/*.json) and those a person put into `models_dir` as
// <models_dir>/<name>/manifest.json, which take precedence. Each has the threshold the operator measured if
// <models_dir>/<name>/threshold.json contains one. invalid_argument "invalid_manifest": names the file, the
// field and what was expected.
[[nodiscard]] Result<std::vector<ModelPack>> known_packs(const std::filesystem::path& models_dir);
[[nodiscard]] Result<ModelPack> parse_manifest(std::string_view json, std::string_view origin);
// not_found "unknown_pack": lists the known packs.
[[nodiscard]] Result<ModelPack> find_pack(const std::filesystem::path& models_dir, std::string_view name);
// Same; invalid_argument "not_a_recognition_pack": it has no models for recognition.
[[nodiscard]] Result<ModelPack> find_recognising_pack(const std::filesystem::path& models_dir,
                                                      std::string_view name);
// Same; invalid_argument "not_a_liveness_pack": it has no liveness models.
[[nodiscard]] Result<ModelPack> find_liveness_pack(const std::filesystem::path& models_dir,
                                                   std::string_view name);

// Whose liveness models judge the faces that a pack recognises. The score is the mean of all of them.
struct LivenessModels {
  bool own = false;                 // the pack's
  std::optional<ModelPack> lent{};  // another pack's, whose threshold counts

  // "minifasnet and faceplugin"; empty: nobody judges.
  [[nodiscard]] std::string names(const ModelPack& pack) const;
  // None: nobody judges, or it was not measured.
  [[nodiscard]] const std::optional<LivenessThreshold>& threshold(const ModelPack& pack) const;
};
// Those of the pack that `chosen` names (LIVENESS_PACK), alone. If it is empty, those of `pack`, and if they are weak or
// missing, those of kLivenessPack as well, where its files are in the models folder. Errors as of find_liveness_pack().
[[nodiscard]] Result<LivenessModels> find_liveness_models(const std::filesystem::path& models_dir,
                                                          const ModelPack& pack, std::string_view chosen);

// Stores a threshold measured on the operator's own people: from now on the pack has it, in this program and
// in the server if they share the models folder. Deleting the file restores the manifest's threshold. Errors:
// failed_precondition "models_dir_unwritable".
[[nodiscard]] Result<std::filesystem::path> write_threshold(const ModelPack& pack,
                                                            const std::filesystem::path& models_dir,
                                                            const VerificationThreshold& threshold);

inline constexpr std::string_view kDefaultPack = "faceplugin";
// Judges liveness for every pack whose own models are weak or missing, together with them, once it is installed: the
// mean of all measured better than either (docs/accuracy.md).
inline constexpr std::string_view kLivenessPack = "minifasnet";
// Gives a second opinion on landmarks to every pack that has none itself, once it is installed.
inline constexpr std::string_view kSecondOpinionPack = "yunet";
// The pack kSecondOpinionPack; none: its file is not in the models folder. A damaged file is found when it is
// loaded.
[[nodiscard]] Result<std::optional<ModelPack>> find_second_opinion(const std::filesystem::path& models_dir);

// The state of a file in <models_dir>/<pack>/ compared with the manifest.
struct FileCheck {
  PackFile file;
  std::filesystem::path path;
  enum class State { good, missing, damaged } state = State::missing;
};
[[nodiscard]] std::vector<FileCheck> check_files(const ModelPack& pack,
                                                 const std::filesystem::path& models_dir);

}  // namespace sas::vision
