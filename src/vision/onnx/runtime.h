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
  std::vector<std::string> providers;  // compiled in, as ONNX Runtime names them
};
[[nodiscard]] RuntimeInfo runtime_info();

struct LibraryCheck {
  std::string name;  // any version of it will do
  std::string what;  // what it is and where it comes from
  std::optional<std::filesystem::path> found;
};

// NVIDIA display adapters that the PCI bus shows, such as "0000:01:00.0 (10de:2204)". Under WSL a card is not
// on the bus; its driver then is.
[[nodiscard]] std::vector<std::string> nvidia_cards(
    const std::filesystem::path& devices = "/sys/bus/pci/devices");
// What the loaded kernel driver says of itself; none: no driver is loaded.
[[nodiscard]] std::optional<std::string> nvidia_driver(
    const std::filesystem::path& version = "/proc/driver/nvidia/version");

struct CudaReport {
  bool compiled_in = false;  // the runtime knows the CUDA provider
  std::vector<std::string> cards;
  std::optional<std::string> driver;
  std::vector<LibraryCheck> libraries;
  std::vector<std::filesystem::path> looked_in;
  std::vector<std::string> missing;  // names out of `libraries`

  // Everything is there; whether the card answers shows only a run.
  [[nodiscard]] bool complete() const { return compiled_in && missing.empty(); }
};
// Looks where the dynamic linker would: LD_LIBRARY_PATH, the runtime's own folder, /etc/ld.so.conf.d and the
// usual places of CUDA. Loads nothing.
[[nodiscard]] CudaReport cuda_report();

// failed_precondition "no_cuda": says what is missing, or else `why` as the runtime gave it.
[[nodiscard]] Error no_cuda_error(const std::string& why);

}  // namespace sas::vision
