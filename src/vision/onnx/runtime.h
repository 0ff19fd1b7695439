#pragma once
// What the runtime on this machine can do, and what it lacks for CUDA.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace sas::vision {

struct RuntimeInfo {
  std::string version;                 // of ONNX Runtime
  std::filesystem::path library;       // the file that was loaded
  std::vector<std::string> providers;  // compiled in, with ONNX Runtime's names
};
[[nodiscard]] RuntimeInfo runtime_info();

struct LibraryCheck {
  std::string name;  // any version
  std::string what;  // what it is and where it comes from
  std::optional<std::filesystem::path> found;
};

// NVIDIA display adapters on the PCI bus, such as "0000:01:00.0 (10de:2204)". Under WSL the card is not on
// the bus, but its driver is loaded.
[[nodiscard]] std::vector<std::string> nvidia_cards(
    const std::filesystem::path& devices = "/sys/bus/pci/devices");
// The version string of the loaded kernel driver; none: no driver is loaded.
[[nodiscard]] std::optional<std::string> nvidia_driver(
    const std::filesystem::path& version = "/proc/driver/nvidia/version");

struct CudaReport {
  bool compiled_in = false;  // the runtime has the CUDA provider
  std::vector<std::string> cards;
  std::optional<std::string> driver;
  std::vector<LibraryCheck> libraries;
  std::vector<std::filesystem::path> looked_in;
  std::vector<std::string> missing;  // names from `libraries`

  // All libraries are present; only a run shows whether the card works.
  [[nodiscard]] bool complete() const { return compiled_in && missing.empty(); }
};
// Searches where the dynamic linker would: LD_LIBRARY_PATH, the runtime's own folder, /etc/ld.so.conf.d and
// the usual CUDA locations. Loads nothing.
[[nodiscard]] CudaReport cuda_report();

// failed_precondition "no_cuda": says what is missing, or otherwise gives `why` from the runtime.
[[nodiscard]] Error no_cuda_error(const std::string& why);

}  // namespace sas::vision
