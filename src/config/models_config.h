#pragma once
// Which model packs are used and where they are: the same for the server, the edge and the commands that manage packs.

#include <array>
#include <filesystem>
#include <string>

#include "config/settings.h"

namespace sas::config {

struct ModelsConfig {
  std::filesystem::path models_dir;
  std::string model_pack;
  std::string liveness_pack;  // whose liveness models judge; empty: those of model_pack
  std::string mirror;         // base URL of the zip files, in place of the manifest's; empty: none
};

[[nodiscard]] Result<void> take_models_mirror(ModelsConfig& config, const std::string& url);

inline constexpr std::array kModelsSettings{
    setting<&ModelsConfig::model_pack>({.name = "MODEL_PACK",
                                        .readers = Readers::both,
                                        .initial = "faceplugin",
                                        .help = "The model pack, the same on edge and server. `attend models "
                                                "list` shows the packs."}),
    setting<&ModelsConfig::liveness_pack>(
        {.name = "LIVENESS_PACK",
         .readers = Readers::both,
         .when_unset =
             "those of MODEL_PACK, and if they are weak those of minifasnet as well, where its files are",
         .help =
             "The pack whose models tell a live face from a picture of one, the same on edge and server."}),
    setting<&ModelsConfig::models_dir>({.name = "MODELS_DIR",
                                        .readers = Readers::both,
                                        .when_unset = "models in DATA_DIR",
                                        .help = "The folder of the model packs."}),
    setting<&take_models_mirror>(
        {.name = "MODELS_MIRROR",
         .readers = Readers::attend,
         .when_unset = "the address in the manifest",
         .help = "Where `attend models pull` downloads from: a web folder that has the packs' zip files "
                 "under their own names, such as https://mirror.example.org/insightface."}),
};

// Notes every problem in `settings`.
[[nodiscard]] ModelsConfig read_models_config(Settings& settings);

}  // namespace sas::config
