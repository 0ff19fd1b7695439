#include "attend/commands_register.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "attend/command_support.h"
#include "base/clock.h"
#include "edge/display.h"
#include "edge/enroller.h"
#include "edge/frame_pump.h"
#include "edge/overlay.h"

namespace sas::attend {
namespace {

struct RegisterArguments {
  std::string name;
  std::string code;
  std::vector<std::string> images;
  std::optional<std::string> source;
  std::optional<std::string> dir;
  std::optional<std::string> csv;
  std::optional<std::string> report;
  std::optional<std::string> roi;
  int rotate = 0;
  bool allow_duplicate = false;
  bool add_face = false;
  bool headless = false;
  std::size_t shots = 3;
  EngineChoice engine;
};

void print_result(const edge::EnrolResult& result) {
  switch (result.status) {
    case edge::EnrolStatus::enrolled:
      fmt::print("enrolled  {}  {}  ({} faces)\n", result.code, result.name, result.faces);
      break;
    case edge::EnrolStatus::faces_added:
      fmt::print("added     {}  {}  ({} faces{})\n", result.code, result.name, result.faces,
                 result.reason.empty() ? "" : "; not all: " + result.reason);
      break;
    case edge::EnrolStatus::refused:
      fmt::print("REFUSED   {}  {}: {}\n", result.code, result.name, result.reason);
      break;
  }
  if (!result.look_alikes.empty()) fmt::print("          REVIEW: {}\n", edge::to_string(result.look_alikes));
  for (const edge::ImageVerdict& image : result.images) {
    if (!image.accepted) fmt::print("          not used: {}: {}\n", image.image, image.reason);
  }
}

// A bar on the terminal; nothing where nobody watches.
class ProgressBar {
 public:
  explicit ProgressBar(std::size_t total) : total_(total), shown_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::size_t done, const std::string& what) {
    if (!shown_ || total_ == 0) return;
    constexpr std::size_t kWidth = 30;
    const std::size_t filled = done * kWidth / total_;
    fmt::print(stderr, "\r\033[K[{}{}] {}/{} {}", std::string(filled, '#'), std::string(kWidth - filled, '.'),
               done, total_, what);
  }
  void clear() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }

 private:
  std::size_t total_;
  bool shown_;
};

Result<void> write_report(const std::string& path, const std::vector<edge::EnrolResult>& results) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << edge::report_as_csv(results);
  out.close();
  if (out) return {};
  return Error::of(ErrorKind::failed_precondition, "report_unwritable",
                   "cannot write the report " + path + "; choose another place with --report");
}

class Registration {
 public:
  Registration(const RegisterArguments& arguments, const edge::View& view, const vision::FaceEngine& engine,
               edge::EnrolmentServer& server)
      : arguments_(arguments),
        view_(view),
        engine_(engine),
        enroller_(engine, server,
                  {.limits = limits_,
                   .view = view,
                   .allow_duplicate = arguments.allow_duplicate,
                   .list_look_alikes = arguments.dir || arguments.csv,
                   .add_face = arguments.add_face}) {}

  int many(const std::vector<edge::PersonToEnrol>& people, const std::stop_token& stop);
  // From video: picks the best frames, or those that the user chooses in a window.
  int from_source(const std::string& source, const std::stop_token& stop);

 private:
  [[nodiscard]] Result<std::vector<NewFace>> collect(edge::FramePump& pump, bool live,
                                                     const std::stop_token& stop);
  [[nodiscard]] Result<std::vector<NewFace>> choose(edge::FramePump& pump, const std::stop_token& stop);
  [[nodiscard]] edge::FaceLabel preview(const cv::Mat& image, std::string& verdict) const;
  int conclude(const std::vector<edge::EnrolResult>& results, std::size_t wanted);

  const RegisterArguments& arguments_;
  const edge::View view_;
  const vision::FaceEngine& engine_;
  vision::QualityLimits limits_ = vision::EngineOptions{}.enrolment_limits;
  edge::Enroller enroller_;
  SystemClock clock_;
};

int Registration::conclude(const std::vector<edge::EnrolResult>& results, std::size_t wanted) {
  std::size_t refused = 0;
  for (const auto& result : results) refused += result.status == edge::EnrolStatus::refused ? 1 : 0;
  if (wanted > 1) {
    fmt::print("{} of {} people enrolled, {} refused", results.size() - refused, wanted, refused);
    if (results.size() < wanted) fmt::print(", {} not tried", wanted - results.size());
    fmt::print("\n");
    const auto alike = std::ranges::count_if(
        results, [](const edge::EnrolResult& result) { return !result.look_alikes.empty(); });
    if (alike > 0) {
      fmt::print(
          "{} of them look like somebody who is enrolled (REVIEW above). If they are one person, remove one "
          "of the "
          "two. If not, a second and third photograph of both helps to tell them apart.\n",
          alike);
    }
  }
  if (arguments_.report) {
    if (auto written = write_report(*arguments_.report, results); !written) return fail(written.error());
  }
  return refused == 0 && results.size() == wanted ? kDone : kFailed;
}

int Registration::many(const std::vector<edge::PersonToEnrol>& people, const std::stop_token& stop) {
  std::vector<edge::EnrolResult> results;
  ProgressBar bar(people.size() > 1 ? people.size() : 0);
  for (const edge::PersonToEnrol& person : people) {
    if (stop.stop_requested()) break;
    bar.show(results.size(), person.name);
    results.push_back(enroller_.enrol(person));
    bar.clear();
    print_result(results.back());
    if (results.back().hopeless)
      break;  // the server is down or the key is wrong, so the others would fail too
  }
  return conclude(results, people.size());
}

Result<std::vector<NewFace>> Registration::collect(edge::FramePump& pump, bool live,
                                                   const std::stop_token& stop) {
  edge::ShotOptions options;
  options.limits = limits_;
  options.shots = arguments_.shots;
  edge::ShotCollector shots(engine_, options);
  constexpr std::chrono::seconds kLongestWait{60};  // in front of a live camera
  const auto begin = std::chrono::steady_clock::now();
  edge::Frame frame;
  while (!stop.stop_requested() && !shots.done(frame.index)) {
    const auto state = pump.next(frame, std::chrono::milliseconds(200));
    if (state == edge::FramePump::State::ended) break;
    if (state == edge::FramePump::State::frame) shots.offer(frame.index, frame.image);
    if (live && std::chrono::steady_clock::now() - begin > kLongestWait) break;
  }
  if (const auto failure = pump.failure()) return *failure;
  if (shots.count() == 0) {
    return Error::of(
        ErrorKind::invalid_argument, "poor_quality",
        "no frame was good enough" +
            (shots.last_problem().empty() ? std::string() : "; the last one: " + shots.last_problem()));
  }
  return shots.take();
}

edge::FaceLabel Registration::preview(const cv::Mat& image, std::string& verdict) const {
  const auto faces = engine_.detect(image);
  edge::FaceLabel label;
  if (faces.empty()) {
    verdict = "no face to be seen";
    return label;
  }
  label.box = faces.front().box;
  label.state = edge::FaceState::unknown;
  if (faces.size() > 1) {
    verdict = label.title = "only one person, please";
    return label;
  }
  const auto landmarks = engine_.refine(image, faces.front(), engine_.landmarks(image, faces.front()));
  const auto quality =
      engine_.assess(image, faces.front(), landmarks, engine_.align(image, landmarks), limits_);
  if (!quality.good()) {
    verdict = label.title = std::string(vision::hint(quality.problems.front()));
    return label;
  }
  label.state = edge::FaceState::marked;
  label.title = fmt::format("good ({:.2f})", quality.overall);
  verdict = "good: press s";
  return label;
}

Result<std::vector<NewFace>> Registration::choose(edge::FramePump& pump, const std::stop_token& stop) {
  auto display = edge::Display::open("attend register - " + arguments_.name);
  if (!display) return display.error();
  std::vector<NewFace> faces;
  std::string said;  // result of the last press of s
  edge::Frame frame;
  while (!stop.stop_requested() && faces.size() < arguments_.shots) {
    const auto state = pump.next(frame, std::chrono::milliseconds(200));
    if (state == edge::FramePump::State::ended) break;
    if (state == edge::FramePump::State::none_yet) continue;
    std::string verdict;
    const edge::FaceLabel label = preview(frame.image, verdict);
    cv::Mat shown = frame.image.clone();
    edge::draw_overlay(shown, label.title.empty() ? std::vector<edge::FaceLabel>{} : std::vector{label},
                       fmt::format("{}/{} | {} | s saves, q ends{}", faces.size(), arguments_.shots, verdict,
                                   said.empty() ? "" : " | " + said));
    const int key = (*display)->show(shown);
    if (key == 's') {
      auto still = vision::analyse_still(engine_, frame.image, limits_);
      if (still) {
        faces.push_back({still->embedding, engine_.pack().embedder, still->quality.overall});
        said = "saved";
      } else {
        said = still.error().message;
      }
    }
    if (key == edge::kEscapeKey || !(*display)->is_open()) {
      return Error::of(ErrorKind::failed_precondition, "cancelled", "cancelled; nobody was enrolled");
    }
    if (key == 'q') break;
  }
  if (const auto failure = pump.failure()) return *failure;
  if (faces.empty()) {
    return Error::of(ErrorKind::invalid_argument, "no_images",
                     "no shot was saved (s saves); nobody was enrolled");
  }
  return faces;
}

int Registration::from_source(const std::string& source, const std::stop_token& stop) {
  auto opened = edge::open_source(source, {.view = view_}, clock_);
  if (!opened) return fail(opened.error());
  const bool live = (*opened)->live();
  edge::FramePump pump(std::move(*opened), {}, {});
  auto faces = live && !arguments_.headless ? choose(pump, stop) : collect(pump, live, stop);
  pump.stop();
  if (stop.stop_requested())
    return fail(Error::of(ErrorKind::failed_precondition, "cancelled", "interrupted; nobody was enrolled"));
  edge::EnrolResult result;
  if (faces) {
    result = enroller_.enrol(arguments_.code, arguments_.name, std::move(*faces));
  } else {
    result.code = arguments_.code;
    result.name = arguments_.name;
    result.reason_code = faces.error().code;
    result.reason = faces.error().message;
  }
  print_result(result);
  return conclude({result}, 1);
}

int run_register(const RegisterArguments& arguments) {
  const bool batch = arguments.dir || arguments.csv;
  const int given = (arguments.images.empty() ? 0 : 1) + (arguments.source ? 1 : 0) +
                    (arguments.dir ? 1 : 0) + (arguments.csv ? 1 : 0);
  if (given > 1) return usage("--image, --source, --dir and --csv exclude each other; give one");
  if (batch && (!arguments.name.empty() || !arguments.code.empty())) {
    return usage("--name and --code are for one person; with --dir and --csv the names come from there");
  }
  if (!batch && (arguments.name.empty() || arguments.code.empty())) {
    return usage("--name and --code say whom to enrol (or --dir or --csv for many people)");
  }
  edge::View view{.rotation = arguments.rotate};
  if (arguments.roi) {
    const auto region = edge::parse_region(*arguments.roi, "--roi");
    if (!region) return usage(region.error().message);
    view.region = *region;
  }
  const StopOnSignal signals;
  const auto config = load_config(false);
  if (!config) return fail(config.error());
  std::vector<edge::PersonToEnrol> people;
  if (batch) {
    auto found = arguments.dir ? edge::people_in_folder(*arguments.dir) : edge::people_in_csv(*arguments.csv);
    if (!found) return fail(found.error());
    people = std::move(*found);
  } else if (!arguments.images.empty()) {
    people.push_back({arguments.code, arguments.name, {arguments.images.begin(), arguments.images.end()}});
  }
  // Before loading models and photographs: a server that is down or refuses the key shows at once.
  edge::ApiClient client(client_options(*config));
  if (auto answer = client.get("/api/v1/persons?limit=1"); !answer) return fail(answer.error());
  const auto engine = load_engine(*config, arguments.engine);
  if (!engine) return fail(engine.error());
  edge::HttpEnrolmentServer server(client_options(*config));
  Registration registration(arguments, view, **engine, server);
  if (!people.empty()) return registration.many(people, signals.token());
  return registration.from_source(arguments.source.value_or("0"), signals.token());
}

}  // namespace

void add_register_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("register", "Enrol people");
  auto arguments = std::make_shared<RegisterArguments>();
  command->add_option("--name", arguments->name, "The person's name");
  command->add_option("--code", arguments->code, "The person's number in your organisation");
  command->add_option("--image", arguments->images, "Photographs of the person");
  command->add_option(
      "--source", arguments->source,
      "Webcam number (the default, 0) with a live preview, or a video whose best frames are taken");
  command->add_option("--dir", arguments->dir,
                      "Many people: one folder each, named CODE_Name, with images in it");
  command->add_option("--csv", arguments->csv, "Many people: columns code,name,images (separated by ;)");
  command
      ->add_option("--rotate", arguments->rotate,
                   "Turn video and photographs clockwise by 0, 90, 180 or 270 degrees")
      ->check(CLI::IsMember({0, 90, 180, 270}))
      ->capture_default_str();
  command->add_option(
      "--roi", arguments->roi,
      "Look only at this part of the turned picture: left,top,width,height as shares, such as "
      "0.25,0,0.5,1");
  command->add_option("--report", arguments->report, "Write what became of each person to this CSV file");
  command->add_flag(
      "--allow-duplicate", arguments->allow_duplicate,
      "Enrol although the face resembles somebody (twins). --dir and --csv always do and list them");
  command->add_flag("--add-face", arguments->add_face,
                    "If the code already exists, add the faces to that person");
  command->add_flag("--headless", arguments->headless,
                    "From a webcam without a window: the best frames are taken");
  command->add_option("--shots", arguments->shots, "Faces to take from a webcam or video")
      ->check(CLI::Range(1, 10))
      ->capture_default_str();
  command->add_option("--pack", arguments->engine.pack, "Model pack (or MODEL_PACK); see attend models list");
  command->add_option("--device", arguments->engine.device, "Where the models run: cpu, cuda or auto")
      ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
      ->capture_default_str();
  command->callback([arguments, &exit_code] { exit_code = run_register(*arguments); });
}

}  // namespace sas::attend
