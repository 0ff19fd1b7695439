#include "vision/onnx/runtime.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <dlfcn.h>
#include <onnxruntime_cxx_api.h>

namespace sas::vision {
namespace {

namespace fs = std::filesystem;

void add_folder(std::vector<fs::path>& folders, const fs::path& folder) {
  std::error_code ignored;
  const auto real = fs::weakly_canonical(folder, ignored);
  if (fs::is_directory(real, ignored) && std::ranges::find(folders, real) == folders.end())
    folders.push_back(real);
}

std::vector<fs::path> linker_folders(const fs::path& runtime) {
  std::vector<fs::path> folders;
  if (const char* listed = std::getenv("LD_LIBRARY_PATH"); listed != nullptr) {
    std::istringstream stream(listed);
    for (std::string folder; std::getline(stream, folder, ':');)
      if (!folder.empty()) add_folder(folders, folder);
  }
  add_folder(folders, runtime.parent_path());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/etc/ld.so.conf.d", ignored)) {
    std::ifstream stream(entry.path());
    for (std::string line; std::getline(stream, line);)
      if (line.starts_with('/')) add_folder(folders, line);
  }
  for (const char* usual : {"/usr/local/cuda/lib64", "/usr/local/nvidia/lib64", "/usr/lib/wsl/lib", "/lib",
                            "/usr/lib", "/lib64", "/usr/lib64"})
    add_folder(folders, usual);
  return folders;
}

// Accepts any longer version of `name`: libcudart.so.12 and libcudart.so.12.6.77.
std::optional<fs::path> find_library(const std::vector<fs::path>& folders, const std::string& name) {
  std::error_code ignored;
  for (const auto& folder : folders)
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const auto file = entry.path().filename().string();
      if (file == name || file.starts_with(name + ".")) return entry.path();
    }
  return std::nullopt;
}

}  // namespace

RuntimeInfo runtime_info() {
  RuntimeInfo info{Ort::GetVersionString(), {}, Ort::GetAvailableProviders()};
  Dl_info place{};
  if (::dladdr(reinterpret_cast<const void*>(&OrtGetApiBase), &place) != 0 && place.dli_fname != nullptr)
    info.library = place.dli_fname;
  return info;
}

std::vector<std::string> nvidia_cards(const fs::path& devices) {
  const auto line_of = [](const fs::path& path) {
    std::ifstream stream(path);
    std::string line;
    std::getline(stream, line);
    return line;
  };
  std::vector<std::string> cards;
  std::error_code ignored;
  for (const auto& device : fs::directory_iterator(devices, ignored)) {
    // 0x03xxxx is a display controller; an NVIDIA card's audio function is a separate device.
    if (line_of(device.path() / "vendor") != "0x10de" ||
        !line_of(device.path() / "class").starts_with("0x03"))
      continue;
    const auto model = line_of(device.path() / "device");
    cards.push_back(device.path().filename().string() +
                    " (10de:" + model.substr(std::min<std::size_t>(2, model.size())) + ")");
  }
  std::ranges::sort(cards);
  return cards;
}

std::optional<std::string> nvidia_driver(const fs::path& version) {
  std::ifstream stream(version);
  std::string line;
  if (!std::getline(stream, line) || line.empty()) return std::nullopt;
  return line;
}

CudaReport cuda_report() {
  const auto info = runtime_info();
  CudaReport report;
  report.compiled_in = std::ranges::find(info.providers, "CUDAExecutionProvider") != info.providers.end();
  report.cards = nvidia_cards();
  report.driver = nvidia_driver();
  report.looked_in = linker_folders(info.library);
  report.libraries = {
      {"libonnxruntime_providers_shared.so", "ONNX Runtime's bridge to providers: from its GPU build", {}},
      {"libonnxruntime_providers_cuda.so", "ONNX Runtime's CUDA provider: from its GPU build", {}},
      {"libcuda.so.1", "NVIDIA's driver", {}},
      {"libcudart.so", "CUDA toolkit: runtime", {}},
      {"libcublas.so", "CUDA toolkit: linear algebra", {}},
      {"libcublasLt.so", "CUDA toolkit: linear algebra", {}},
      {"libcufft.so", "CUDA toolkit: Fourier transforms", {}},
      {"libcudnn.so", "cuDNN", {}},
  };
  for (auto& library : report.libraries) {
    library.found = find_library(report.looked_in, library.name);
    if (!library.found) report.missing.push_back(library.name);
  }
  return report;
}

Error no_cuda_error(const std::string& why) {
  const auto report = cuda_report();
  std::string missing;
  for (const auto& name : report.missing) missing += (missing.empty() ? "" : ", ") + name;
  std::string message = "CUDA cannot be used: ";
  if (!report.compiled_in)
    message += "this ONNX Runtime was built without it";
  else if (!missing.empty())
    message += "missing " + missing;
  else
    message += why;
  return Error::of(
      ErrorKind::failed_precondition, "no_cuda",
      message + ". `attend gpu` shows where each was searched; the devices cpu and auto work without it",
      {{"missing", missing}});
}

}  // namespace sas::vision
