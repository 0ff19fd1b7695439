#pragma once

#include <filesystem>

#include "base/error.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

// Whether this pack's licence, in its current wording, has been accepted for this models folder. A pack that
// allows commercial use needs no acceptance.
[[nodiscard]] bool licence_accepted(const ModelPack& pack, const std::filesystem::path& models_dir);

// Records the acceptance, with the time, in <models_dir>/<pack>/licence-accepted.json. failed_precondition as
// in FileInstaller.
[[nodiscard]] Result<void> accept_licence(const ModelPack& pack, const std::filesystem::path& models_dir);

}  // namespace sas::vision
