#pragma once
// Obtaining a pack from folders, files and zip files, or over the network.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "vision/pack/install.h"
#include "vision/pack/model_pack.h"

namespace sas::vision {

struct FetchRequest {
  std::filesystem::path models_dir;
  // Folders (as for install_pack), files and zip files, in this order. What they lack is downloaded if
  // `network` is set.
  std::vector<std::filesystem::path> sources;
  bool network = true;
  // http(s) address with the zip and model files under their own names; empty: use the manifest's addresses.
  std::string mirror;
  bool accept_licence = false;

  std::function<void(const std::string& url, std::uint64_t bytes)> on_download;  // before the first request
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  std::stop_token stop;
  int attempts = 6;  // see Download
  std::chrono::milliseconds first_pause{1000};
};

// Installs the missing or damaged files of a pack. An accepted licence is remembered. Errors: those of
// install_pack(), unpack_zip() and download(); not_found "not_in_archive".
[[nodiscard]] Result<InstallReport> fetch_pack(const ModelPack& pack, const FetchRequest& request);

}  // namespace sas::vision
