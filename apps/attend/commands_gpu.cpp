#include "attend/commands_gpu.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "config/models_config.h"
#include "config/settings.h"
#include "vision/device.h"
#include "vision/onnx/onnx_model.h"
#include "vision/onnx/runtime.h"
#include "vision/pack/install.h"

namespace sas::attend {
namespace {

namespace json = boost::json;

struct GpuOptions {
  std::string models_dir;  // empty: the configuration's
  bool as_json = false;
};

struct TimedRun {
  std::string device;
  std::optional<double> median_ms;  // none: `problem` says why
  std::string problem;
};

struct GpuReport {
  vision::RuntimeInfo runtime;
  vision::CudaReport cuda;
  std::vector<TimedRun> runs;
  bool cuda_works = false;
  std::string verdict;
};

// The embedder on one thread: the model that every face needs.
TimedRun time_embedder(const GpuOptions& options, vision::Device device, std::string name) {
  TimedRun result{std::move(name), std::nullopt, {}};
  const auto pack = vision::find_pack(options.models_dir, vision::kDefaultPack);
  if (!pack) {
    result.problem = pack.error().message;
    return result;
  }
  const auto bytes = vision::read_pack_file(*pack, "embedder", options.models_dir);
  if (!bytes) {
    result.problem = bytes.error().message;
    return result;
  }
  const auto& input = pack->model("embedder")->input;
  const auto model =
      vision::OnnxModel::load(*bytes, pack->file("embedder")->name,
                              {.cuda = device == vision::Device::cuda,
                               .threads = 1,
                               .input_shape = {1, input.channels(), input.height, input.width}});
  if (!model) {
    result.problem = model.error().message;
    return result;
  }
  constexpr int kRuns = 21;
  auto run = (*model)->begin();
  std::vector<double> times;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run.execute();
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::nth_element(times, times.begin() + (kRuns / 2));
  result.median_ms = times[kRuns / 2];
  return result;
}

std::string verdict(const GpuReport& report) {
  if (report.cuda_works) return "CUDA works: set the device to cuda, or to auto.";
  std::string text = "CUDA cannot be used here, so the models run on the CPU. ";
  const auto missing = [&](std::string_view name) {
    return std::ranges::find(report.cuda.missing, name) != report.cuda.missing.end();
  };
  if (report.cuda.complete())
    return text +
           "Every library is there, but the run failed: see its message; the driver, CUDA and cuDNN must be "
           "of the versions that this ONNX Runtime was built for.";
  if (report.cuda.cards.empty() && !report.cuda.driver)
    text += "No NVIDIA card is on the PCI bus of this machine. ";
  text += "To use an NVIDIA card:";
  if (report.cuda.cards.empty() && !report.cuda.driver)
    text += "\n  - put one in (or pass it through to this virtual machine or container)";
  if (missing("libcuda.so.1") || !report.cuda.driver)
    text += "\n  - install NVIDIA's driver and load it (`nvidia-smi` must show the card)";
  if (missing("libcudart.so") || missing("libcublas.so") || missing("libcublasLt.so") ||
      missing("libcufft.so"))
    text +=
        "\n  - install the CUDA toolkit's runtime libraries, of the version that ONNX Runtime's GPU build "
        "names";
  if (missing("libcudnn.so")) text += "\n  - install cuDNN for that CUDA";
  if (!report.cuda.compiled_in || missing("libonnxruntime_providers_shared.so") ||
      missing("libonnxruntime_providers_cuda.so"))
    text +=
        "\n  - put libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so of ONNX Runtime " +
        report.runtime.version + "'s GPU build beside " + report.runtime.library.string();
  return text;
}

GpuReport examine(const GpuOptions& options) {
  GpuReport report{vision::runtime_info(), vision::cuda_report(), {}, false, {}};
  report.runs.push_back(time_embedder(options, vision::Device::cpu, "cpu"));
  if (report.cuda.compiled_in) {
    report.runs.push_back(time_embedder(options, vision::Device::cuda, "cuda"));
    report.cuda_works = report.runs.back().median_ms.has_value();
  }
  report.verdict = verdict(report);
  return report;
}

json::object to_json(const GpuReport& report) {
  json::array libraries;
  for (const auto& library : report.cuda.libraries) {
    json::value found;
    if (library.found) found = library.found->string();
    libraries.push_back({{"name", library.name}, {"what", library.what}, {"found", std::move(found)}});
  }
  json::array looked_in;
  for (const auto& folder : report.cuda.looked_in) looked_in.emplace_back(folder.string());
  json::array runs;
  for (const auto& run : report.runs) {
    json::object entry{{"device", run.device}, {"embedding_ms", nullptr}, {"problem", nullptr}};
    if (run.median_ms)
      entry["embedding_ms"] = *run.median_ms;
    else
      entry["problem"] = run.problem;
    runs.push_back(std::move(entry));
  }
  return {{"onnxruntime",
           {{"version", report.runtime.version},
            {"library", report.runtime.library.string()},
            {"providers", json::value_from(report.runtime.providers)}}},
          {"cuda",
           {{"compiled_in", report.cuda.compiled_in},
            {"cards", json::value_from(report.cuda.cards)},
            {"driver", report.cuda.driver ? json::value(*report.cuda.driver) : json::value()},
            {"libraries", std::move(libraries)},
            {"looked_in", std::move(looked_in)},
            {"works", report.cuda_works}}},
          {"runs", std::move(runs)},
          {"verdict", report.verdict}};
}

void print(const GpuReport& report) {
  fmt::print("ONNX Runtime {}  {}\n", report.runtime.version, report.runtime.library.string());
  fmt::print("Providers compiled in:\n");
  for (const auto& provider : report.runtime.providers) fmt::print("  {}\n", provider);
  fmt::print("NVIDIA cards on the PCI bus:\n");
  for (const auto& card : report.cuda.cards) fmt::print("  {}\n", card);
  if (report.cuda.cards.empty()) fmt::print("  none\n");
  fmt::print("NVIDIA driver: {}\n", report.cuda.driver.value_or("not loaded"));
  fmt::print("Libraries that CUDA needs:\n");
  for (const auto& library : report.cuda.libraries)
    fmt::print("  {:<36} {}\n", library.name,
               library.found ? library.found->string() : "missing (" + library.what + ")");
  fmt::print("Looked in:\n");
  for (const auto& folder : report.cuda.looked_in) fmt::print("  {}\n", folder.string());
  fmt::print("One embedding:\n");
  for (const auto& run : report.runs) {
    if (run.median_ms)
      fmt::print("  {:<5} {:.2f} ms\n", run.device, *run.median_ms);
    else
      fmt::print("  {:<5} {}\n", run.device, run.problem);
  }
  fmt::print("{}\n", report.verdict);
}

}  // namespace

void add_gpu_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("gpu", "What this machine can run the models on, timed");
  const auto options = std::make_shared<GpuOptions>();
  command->add_option("--models-dir", options->models_dir,
                      "Folder of the model packs (or MODELS_DIR; models in DATA_DIR unless said)");
  command->add_flag("--json", options->as_json, "For programs");
  command->callback([options, &exit_code] {
    auto settings = config::Settings::load(".env");
    const auto models = config::read_models_config(settings);
    if (auto checked = settings.check(); !checked) {
      std::cerr << "attend gpu: " << checked.error().message << '\n';
      exit_code = 1;
      return;
    }
    if (options->models_dir.empty()) options->models_dir = models.models_dir.string();
    const auto report = examine(*options);
    if (options->as_json)
      std::cout << json::serialize(to_json(report)) << '\n';
    else
      print(report);
    exit_code = 0;
  });
}

}  // namespace sas::attend
