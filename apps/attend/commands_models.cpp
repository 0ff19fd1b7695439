#include "attend/commands_models.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "attend/command_support.h"
#include "config/models_config.h"
#include "config/settings.h"
#include "vision/fetch/fetch.h"
#include "vision/pack/install.h"
#include "vision/pack/model_pack.h"

namespace sas::attend {
namespace {

namespace fs = std::filesystem;
using vision::FileCheck;
using vision::ModelPack;

struct ModelsOptions {
  std::string models_dir;  // empty: the configuration's
  std::string mirror;      // likewise
  std::string name;
  std::vector<std::string> from;
  bool accept_licence = false;
};

int fail_models(const Error& error) {
  std::cerr << "attend models: " << error.message << '\n';
  return 1;
}

std::string_view state_in_words(FileCheck::State state) {
  switch (state) {
    case FileCheck::State::good:
      return "good";
    case FileCheck::State::missing:
      return "missing";
    case FileCheck::State::damaged:
      return "damaged";
  }
  return "damaged";
}

std::string installed_in_words(const std::vector<FileCheck>& checks) {
  const auto count = [&](FileCheck::State state) {
    return std::ranges::count(checks, state, &FileCheck::state);
  };
  if (const auto damaged = count(FileCheck::State::damaged); damaged > 0)
    return fmt::format("damaged: {} of {} files", damaged, checks.size());
  const auto missing = count(FileCheck::State::missing);
  if (missing == 0) return "installed";
  return missing == static_cast<std::ptrdiff_t>(checks.size())
             ? "not installed"
             : fmt::format("missing: {} of {} files", missing, checks.size());
}

int list(const ModelsOptions& options) {
  const auto packs = vision::known_packs(options.models_dir);
  if (!packs) return fail_models(packs.error());
  for (const auto& pack : *packs) {
    const auto& threshold = pack.threshold;
    fmt::print("{}{}\n  {}\n", pack.name, pack.name == vision::kDefaultPack ? " (the default)" : "",
               pack.description);
    fmt::print("  state           {}\n", installed_in_words(vision::check_files(pack, options.models_dir)));
    fmt::print("  licence         {}: {}\n", pack.licence, pack.licence_note);
    fmt::print("  commercial use  {}\n", pack.commercial_use ? "yes" : "no");
    if (pack.recognises()) {
      const auto rate = [](std::optional<double> value) {
        return value ? fmt::format("{:.4g}", *value) : std::string("not measured");
      };
      fmt::print("  embedder        {}, {} numbers\n", pack.embedder.value, pack.embedding_size);
      fmt::print("  threshold       cosine {:.4g}: false accept rate {}, genuine accept rate {}\n",
                 threshold.cosine, rate(threshold.false_accept_rate), rate(threshold.genuine_accept_rate));
      fmt::print("  measured on     {}\n", threshold.measured_on);
    }
    if (pack.liveness)
      fmt::print(
          "  liveness        from {:.4g}: live refused {:.4g}, spoofs accepted {:.4g}{}\n"
          "  measured on     {}\n",
          pack.liveness->score, pack.liveness->live_refused, pack.liveness->spoof_accepted,
          pack.liveness->weak ? "; weak, so a low score only flags a record" : "",
          pack.liveness->measured_on);
    else
      fmt::print("  liveness        {}\n", pack.model("liveness") == nullptr ? "none" : "not measured");
    if (pack.model("landmarks2") != nullptr)
      fmt::print("  landmarks       a second opinion{}\n",
                 pack.recognises() ? "" : ", for every recognition pack once this one is installed");
  }
  return 0;
}

int verify(const ModelsOptions& options) {
  auto packs = vision::known_packs(options.models_dir);
  if (!packs) return fail_models(packs.error());
  if (!options.name.empty()) {
    auto pack = vision::find_pack(options.models_dir, options.name);
    if (!pack) return fail_models(pack.error());
    *packs = {std::move(*pack)};
  }
  bool all_good = true;
  std::size_t looked_at = 0;
  for (const auto& pack : *packs) {
    const auto checks = vision::check_files(pack, options.models_dir);
    // Without a name, a pack that is not installed is not an error.
    if (options.name.empty() && std::ranges::all_of(checks, [](const auto& check) {
          return check.state == FileCheck::State::missing;
        }))
      continue;
    ++looked_at;
    bool good = true;
    for (const auto& check : checks) {
      fmt::print("{:<8} {}\n", state_in_words(check.state), check.path.string());
      good = good && check.state == FileCheck::State::good;
    }
    if (!good) fmt::print("repair with: attend models pull {}\n", pack.name);
    all_good = all_good && good;
  }
  if (looked_at == 0) {
    std::cerr << "attend models: no model pack is installed in " << options.models_dir
              << "; get one with: attend models pull " << vision::kDefaultPack << '\n';
    return 1;
  }
  return all_good ? 0 : 1;
}

// Where scripts/setup puts what it fetched: .deps of the project, which is the working folder or one above
// the program.
std::vector<fs::path> dependency_folders() {
  std::vector<fs::path> folders{".deps"};
  std::error_code error;
  for (auto folder = fs::read_symlink("/proc/self/exe", error).parent_path();
       !error && folder.has_relative_path(); folder = folder.parent_path())
    folders.push_back(folder / ".deps");
  return folders;
}

// How far a download is, on a terminal; in a log file only its beginning is.
class DownloadProgress {
 public:
  ~DownloadProgress() {
    if (drawn_) fmt::print(stderr, "\n");
  }
  DownloadProgress() = default;
  DownloadProgress(const DownloadProgress&) = delete;
  DownloadProgress& operator=(const DownloadProgress&) = delete;

  void begin(const std::string& url, std::uint64_t bytes) const {
    fmt::print(stderr, "downloading {} ({:.1f} MB)\n", url, static_cast<double>(bytes) / 1e6);
  }
  void show(std::uint64_t done, std::uint64_t total) {
    const auto percent = total == 0 ? 0 : done * 100 / total;
    if (!terminal_ || percent == percent_) return;
    percent_ = percent;
    drawn_ = true;
    fmt::print(stderr, "\r\033[K{:3} %  {:.1f} of {:.1f} MB", percent, static_cast<double>(done) / 1e6,
               static_cast<double>(total) / 1e6);
    std::fflush(stderr);
  }

 private:
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
  std::uint64_t percent_ = 101;
  bool drawn_ = false;
};

// What a pack without an embedder does from now on.
std::string_view what_for(const vision::ModelPack& pack) {
  if (pack.model("liveness") == nullptr) return "from now on it gives its second opinion on landmarks";
  if (pack.name == vision::kLivenessPack)
    return "from now on it judges liveness, with every pack whose own models are weak or missing";
  return "use it with --liveness-pack or LIVENESS_PACK";
}

int pull(const ModelsOptions& options) {
  const auto pack = vision::find_pack(options.models_dir, options.name);
  if (!pack) return fail_models(pack.error());
  vision::FetchRequest request;
  request.models_dir = options.models_dir;
  request.sources.assign(options.from.begin(), options.from.end());
  for (const auto& source : request.sources)
    if (std::error_code ignored; !fs::exists(source, ignored)) {
      std::cerr << "attend models: --from " << source.string() << " does not exist\n";
      return 1;
    }
  request.network = request.sources.empty();
  if (request.sources.empty()) request.sources = vision::npm_folders(*pack, dependency_folders());
  request.mirror = options.mirror;
  request.accept_licence = options.accept_licence;
  if (!pack->commercial_use)
    fmt::print("licence of {} ({}): {}\n", pack->name, pack->licence, pack->licence_note);
  std::fflush(stdout);
  const attend::StopOnSignal signals;
  request.stop = signals.token();
  const auto report = [&] {
    DownloadProgress progress;
    request.on_download = [&](const std::string& url, std::uint64_t bytes) { progress.begin(url, bytes); };
    request.progress = [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); };
    return vision::fetch_pack(*pack, request);
  }();
  if (!report) return fail_models(report.error());
  const auto folder = (fs::path(options.models_dir) / pack->name).string();
  for (const auto& name : report->copied) fmt::print("installed  {}/{}\n", folder, name);
  for (const auto& name : report->present) fmt::print("present    {}/{}\n", folder, name);
  if (pack->recognises())
    fmt::print("{} is ready: licence {}, embedder {}\n", pack->name, pack->licence, pack->embedder.value);
  else
    fmt::print("{} is ready: licence {}; {}\n", pack->name, pack->licence, what_for(*pack));
  if (pack->recognises() && !pack->threshold.false_accept_rate)
    fmt::print("its threshold is {}\n", pack->threshold.measured_on);
  return 0;
}

// What was not said on the command line is taken from .env and the environment.
int configured(ModelsOptions& options, int (*command)(const ModelsOptions&)) {
  auto settings = config::Settings::load(".env");
  const auto models = config::read_models_config(settings);
  if (auto checked = settings.check(); !checked) return fail_models(checked.error());
  if (options.models_dir.empty()) options.models_dir = models.models_dir.string();
  if (options.mirror.empty()) options.mirror = models.mirror;
  return command(options);
}

}  // namespace

void add_models_command(CLI::App& root, int& exit_code) {
  auto* models = root.add_subcommand("models", "List, verify and install face model packs");
  const auto options = std::make_shared<ModelsOptions>();
  models->require_subcommand(1);
  models->add_option("--models-dir", options->models_dir,
                     "Folder of the model packs (or MODELS_DIR; models in DATA_DIR unless said)");

  auto* list_command =
      models->add_subcommand("list", "The packs there are, their licence, state and threshold");
  list_command->fallthrough();
  list_command->callback([options, &exit_code] { exit_code = configured(*options, list); });

  auto* verify_command = models->add_subcommand("verify", "Check every installed file against its SHA-256");
  verify_command->fallthrough();
  verify_command->add_option("name", options->name, "Only this pack");
  verify_command->callback([options, &exit_code] { exit_code = configured(*options, verify); });

  auto* pull_command = models->add_subcommand("pull", "Install a pack's files, each checked");
  pull_command->fallthrough();
  pull_command->add_option("name", options->name, "Which pack")->required();
  pull_command
      ->add_option("--from", options->from,
                   "Folder, file or zip file to take them from, without a network (may be given again)")
      ->allow_extra_args(false);
  pull_command->add_flag("--accept-license", options->accept_licence,
                         "Agree to a licence that forbids commercial use; remembered");
  pull_command->add_option("--mirror", options->mirror,
                           "Address of a folder that has the zip and model files (or MODELS_MIRROR)");
  pull_command->callback([options, &exit_code] { exit_code = configured(*options, pull); });
}

}  // namespace sas::attend
