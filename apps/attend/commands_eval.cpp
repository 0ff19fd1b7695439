#include "attend/commands_eval.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "attend/command_support.h"
#include "config/database_config.h"
#include "config/dotenv_file.h"
#include "config/recognition_config.h"
#include "config/settings.h"
#include "store/export/enrolled_templates.h"
#include "vision/eval/report.h"
#include "vision/pack/model_pack.h"

namespace sas::attend {
namespace {

namespace fs = std::filesystem;

struct EvalArguments {
  std::string folder;     // of people
  bool enrolled = false;  // the gallery of this machine's server
  std::string templates;  // a CSV file
  std::string liveness;   // a folder of live faces and spoofs
  double false_accept_rate = 0.001;
  std::optional<double> threshold;
  std::string write_threshold;  // "pack" | "env"
  std::string out;
  bool json = false;
  int step = 10;
  bool with_poor = false;
  vision::OpenSetOptions open_set;
  EngineChoice engine;
};

// A counter on the terminal; nothing where nobody watches.
vision::EvalProgress progress_on_terminal() {
  if (isatty(STDERR_FILENO) != 1) return {};
  return [](std::size_t done, std::size_t total) {
    fmt::print(stderr, "\r\033[K{}/{}{}", done, total, done == total ? "\r\033[K" : "");
    std::fflush(stderr);
  };
}

Result<void> write_json(const boost::json::object& report, const fs::path& folder) {
  std::error_code ignored;  // writing into it then fails with an error
  fs::create_directories(folder, ignored);
  const auto file = folder / "report.json";
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << boost::json::serialize(report) << '\n';
  stream.close();
  if (stream) return {};
  return Error::of(ErrorKind::failed_precondition, "report_unwritable",
                   "cannot write " + file.string() + "; choose another folder with --out");
}

class Evaluation {
 public:
  Evaluation(const EvalArguments& arguments, const config::EdgeConfig& config,
             const config::RecognitionConfig& recognition, config::Settings& settings, std::stop_token stop)
      : arguments_(arguments),
        config_(config),
        recognition_(recognition),
        settings_(settings),
        stop_(std::move(stop)) {}

  int people();
  int templates();
  int liveness();

 private:
  int conclude(const vision::ModelPack& pack, vision::AccuracySubject subject,
               const std::vector<vision::Sample>& samples);
  // Where the operator asked for it.
  [[nodiscard]] Result<std::string> keep(const vision::ModelPack& pack, const vision::AccuracyReport& report,
                                         const std::string& what) const;
  [[nodiscard]] Result<std::vector<EnrolledTemplate>> read_templates();
  [[nodiscard]] Result<vision::ModelPack> pack() const {
    return vision::find_recognising_pack(config_.models.models_dir, arguments_.engine.pack.empty()
                                                                        ? config_.models.model_pack
                                                                        : arguments_.engine.pack);
  }

  const EvalArguments& arguments_;
  const config::EdgeConfig& config_;
  const config::RecognitionConfig& recognition_;
  config::Settings& settings_;
  std::stop_token stop_;
};

Result<std::string> Evaluation::keep(const vision::ModelPack& pack, const vision::AccuracyReport& report,
                                     const std::string& what) const {
  // Above everything measured may still be too low for the wanted rate: the tail says more then.
  const float threshold = report.wanted_measurable
                              ? report.wanted.threshold
                              : std::max(report.wanted.threshold,
                                         vision::extrapolated_threshold(report.impostor, report.wanted_rate));
  const auto number = fmt::format("{:.4f}", threshold);
  if (arguments_.write_threshold == "env") {
    if (threshold < 0)
      return Error::of(ErrorKind::invalid_argument, "threshold_negative",
                       "the threshold " + number +
                           " is below 0, which SIMILARITY_THRESHOLD cannot be: ask for a "
                           "lower --far");
    if (auto set = config::set_in_dotenv(".env", "SIMILARITY_THRESHOLD", number); !set) return set.error();
    return "SIMILARITY_THRESHOLD=" + number + " is in .env now; restart the server to apply it";
  }
  vision::VerificationThreshold own;
  own.cosine = threshold;
  own.false_accept_rate = report.impostor.share_from(threshold);
  if (report.genuine.count() > 0) own.genuine_accept_rate = report.genuine.share_from(threshold);
  own.measured_on = fmt::format(
      "{}: {} people, {} faces, {} genuine and {} impostor pairs, for a false accept rate of {:.2g}{}", what,
      report.people, report.samples, report.genuine.count(), report.impostor.count(), report.wanted_rate,
      report.wanted_measurable ? "" : " (extrapolated)");
  const auto file = vision::write_threshold(pack, config_.models.models_dir, own);
  if (!file) return file.error();
  return fmt::format("{} has the threshold {} now ({}); restart server and edges to apply it{}", pack.name,
                     number, file->string(),
                     recognition_.similarity_threshold ? ", unless SIMILARITY_THRESHOLD says otherwise" : "");
}

int Evaluation::conclude(const vision::ModelPack& pack, vision::AccuracySubject subject,
                         const std::vector<vision::Sample>& samples) {
  float threshold = recognition_.similarity_threshold.value_or(pack.threshold.cosine);
  if (arguments_.threshold) threshold = static_cast<float>(*arguments_.threshold);
  subject.pack = pack.name;
  subject.embedder = pack.embedder.value;
  const auto report = vision::measure_accuracy(samples, threshold, arguments_.false_accept_rate);
  if (!report) return fail(report.error());
  auto as_json = vision::to_json(*report, subject, samples);
  const auto open_set = vision::measure_open_set(samples, arguments_.open_set);
  if (open_set) as_json["open_set"] = vision::to_json(*open_set);
  if (arguments_.json)
    fmt::print("{}\n", boost::json::serialize(as_json));
  else
    fmt::print("{}{}", vision::to_text(*report, subject, samples),
               open_set ? vision::to_text(*open_set) : "");
  if (!arguments_.out.empty()) {
    if (auto written = write_json(as_json, arguments_.out); !written) return fail(written.error());
    if (auto drawn = vision::plot_accuracy(*report, subject, arguments_.out); !drawn)
      return fail(drawn.error());
  }
  if (!arguments_.write_threshold.empty()) {
    const auto kept = keep(pack, *report, subject.what);
    if (!kept) return fail(kept.error());
    fmt::print(stderr, "{}\n", *kept);
  }
  return kDone;
}

int Evaluation::people() {
  const auto engine = load_engine(config_, arguments_.engine);
  if (!engine) return fail(engine.error());
  const auto taken =
      vision::embed_folders(**engine, arguments_.folder, vision::EngineOptions{}.enrolment_limits,
                            arguments_.with_poor, progress_on_terminal(), stop_);
  if (!taken) return fail(taken.error());
  vision::AccuracySubject subject;
  subject.what = fs::path(arguments_.folder).lexically_normal().filename().string();
  if (subject.what.empty()) subject.what = arguments_.folder;
  subject.photographs = taken->photographs;
  subject.failures = taken->failures;
  subject.poor = taken->poor;
  subject.with_poor = arguments_.with_poor;
  subject.ignored = taken->ignored;
  subject.second_opinion = (*engine)->has_second_opinion();
  subject.several_faces = taken->several_faces;
  return conclude((*engine)->pack(), std::move(subject), taken->samples);
}

Result<std::vector<EnrolledTemplate>> Evaluation::read_templates() {
  if (!arguments_.templates.empty()) return read_template_csv(arguments_.templates);
  const auto database = config::read_database_config(settings_, config_.data_dir);
  if (auto checked = settings_.check(); !checked) return checked.error();
  if (database.backend == config::DatabaseConfig::Backend::sqlite) return read_enrolled(database.sqlite_path);
  return Error::of(
      ErrorKind::failed_precondition, "database_server",
      "--enrolled reads a SQLite file, and DATABASE_URL names PostgreSQL. Export the templates there and "
      "give the "
      "file:\n  psql \"$DATABASE_URL\" -c \"\\copy (SELECT p.code, t.model, t.embedding FROM face_templates "
      "t JOIN "
      "persons p ON p.id = t.person_id WHERE p.deleted_at IS NULL) TO STDOUT WITH CSV\" > templates.csv\n"
      "  attend eval --templates templates.csv\nIt contains everybody's face: delete it afterwards");
}

int Evaluation::templates() {
  const auto chosen = pack();
  if (!chosen) return fail(chosen.error());
  const auto enrolled = read_templates();
  if (!enrolled) return fail(enrolled.error());
  std::vector<vision::Sample> samples;
  std::size_t others = 0;
  for (const auto& found : *enrolled) {
    if (found.model == chosen->embedder.value)
      samples.push_back({found.person, found.person + " " + found.id, found.embedding});
    else
      ++others;
  }
  if (others > 0)
    fmt::print(stderr, "{} templates of other models than {} are not compared; --pack chooses theirs\n",
               others, chosen->embedder.value);
  vision::AccuracySubject subject;
  subject.what = arguments_.templates.empty() ? "the enrolled gallery" : "the templates given";
  return conclude(*chosen, std::move(subject), samples);
}

int Evaluation::liveness() {
  const auto engine = load_engine(config_, arguments_.engine);
  if (!engine) return fail(engine.error());
  const auto scored =
      vision::score_liveness(**engine, arguments_.liveness, arguments_.step, progress_on_terminal(), stop_);
  if (!scored) return fail(scored.error());
  float threshold = recognition_.liveness_threshold.value_or(
      (*engine)->pack().liveness.value_or(vision::LivenessThreshold{}).score);
  if (arguments_.threshold) threshold = static_cast<float>(*arguments_.threshold);
  const auto report = vision::measure_liveness(scored->samples, threshold);
  if (!report) return fail(report.error());
  vision::LivenessSubject subject;
  subject.what = fs::path(arguments_.liveness).lexically_normal().filename().string();
  // The engine's pack has the threshold of the models that judge, so look them up as the engine did.
  const auto chosen = pack();
  if (!chosen) return fail(chosen.error());
  const auto judges =
      vision::find_liveness_models(config_.models.models_dir, *chosen,
                                   arguments_.engine.liveness_pack.empty() ? config_.models.liveness_pack
                                                                           : arguments_.engine.liveness_pack);
  if (!judges) return fail(judges.error());
  subject.pack = judges->names(*chosen);
  subject.step = arguments_.step;
  subject.failures = scored->failures;
  const auto as_json = vision::to_json(*report, subject, scored->samples);
  if (arguments_.json)
    fmt::print("{}\n", boost::json::serialize(as_json));
  else
    fmt::print("{}", vision::to_text(*report, subject, scored->samples));
  if (!arguments_.out.empty()) {
    if (auto written = write_json(as_json, arguments_.out); !written) return fail(written.error());
    if (auto drawn = vision::plot_liveness(*report, subject, scored->samples, arguments_.out); !drawn)
      return fail(drawn.error());
  }
  if (arguments_.write_threshold == "env") {
    const auto number = fmt::format("{:.3f}", report->best.threshold);
    if (auto set = config::set_in_dotenv(".env", "LIVENESS_THRESHOLD", number); !set)
      return fail(set.error());
    fmt::print(stderr, "LIVENESS_THRESHOLD={} is in .env now; restart the server to apply it\n", number);
  }
  return kDone;
}

int run_eval(const EvalArguments& arguments) {
  const int given = (arguments.folder.empty() ? 0 : 1) + (arguments.enrolled ? 1 : 0) +
                    (arguments.templates.empty() ? 0 : 1) + (arguments.liveness.empty() ? 0 : 1);
  if (given != 1)
    return usage("name what to evaluate: a folder of people, --enrolled, --templates FILE or --liveness DIR");
  if (!arguments.liveness.empty() && arguments.write_threshold == "pack")
    return usage("a liveness threshold is written with --write-threshold env, as LIVENESS_THRESHOLD");
  const StopOnSignal signals;
  const auto config = load_config(false);
  if (!config) return fail(config.error());
  auto settings = config::Settings::load(kDotenv);
  config::RecognitionConfig recognition;
  settings.read(config::kRecognitionSettings, recognition);
  if (auto checked = settings.check(); !checked) return fail(checked.error());
  Evaluation evaluation(arguments, *config, recognition, settings, signals.token());
  if (!arguments.liveness.empty()) return evaluation.liveness();
  return arguments.folder.empty() ? evaluation.templates() : evaluation.people();
}

}  // namespace

void add_eval_command(CLI::App& root, int& exit_code) {
  auto* command =
      root.add_subcommand("eval", "Measure how well faces are told apart, and set the threshold by it");
  auto arguments = std::make_shared<EvalArguments>();
  command->add_option("dir", arguments->folder, "Folder with one folder of photographs per person");
  command->add_flag("--enrolled", arguments->enrolled,
                    "The enrolled gallery: the SQLite file that DATABASE_URL or DATA_DIR names");
  command->add_option("--templates", arguments->templates,
                      "Templates exported as CSV: person,model,\"[numbers]\"");
  command->add_option(
      "--liveness", arguments->liveness,
      "Liveness instead: photographs and clips in the folders live and spoof of this folder; folders "
      "in these name the kind of attack, such as spoof/print");
  command
      ->add_option("--far", arguments->false_accept_rate, "False accept rate, 1:1, to find the threshold for")
      ->check(CLI::Range(1e-9, 0.5))
      ->capture_default_str();
  command
      ->add_option("--threshold", arguments->threshold,
                   "Judge by this threshold; default: the configured one")
      ->check(CLI::Range(-1.0, 1.0));
  command
      ->add_option("--write-threshold", arguments->write_threshold,
                   "Keep the threshold found: pack (next to the pack's files) or env (in .env)")
      ->check(CLI::IsMember({"pack", "env"}));
  command->add_option("--out", arguments->out, "Write report.json and the plots (PNG) into this folder");
  command->add_flag("--json", arguments->json, "For programs");
  command->add_flag("--with-poor", arguments->with_poor,
                    "Compare the photographs that enrolment would reject, too");
  command
      ->add_option("--fpir", arguments->open_set.false_identification_rate,
                   "Share of strangers misnamed (FPIR) at which to state the share of people missed")
      ->check(CLI::Range(1e-6, 0.5))
      ->capture_default_str();
  command
      ->add_option("--splits", arguments->open_set.splits,
                   "Random choices of the photographs that are enrolled for it; fewer for large sets")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--step", arguments->step, "Use every Nth frame of a clip")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--pack", arguments->engine.pack, "Model pack (or MODEL_PACK); see attend models list");
  command->add_option("--liveness-pack", arguments->engine.liveness_pack,
                      "Pack whose liveness models judge (or LIVENESS_PACK)");
  command->add_option("--device", arguments->engine.device, "Where the models run: cpu, cuda or auto")
      ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
      ->capture_default_str();
  command->add_option("--threads", arguments->engine.threads, "Cores that one model may use")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->callback([arguments, &exit_code] { exit_code = run_eval(*arguments); });
}

}  // namespace sas::attend
