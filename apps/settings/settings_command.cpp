#include "settings/settings_command.h"

#include <memory>

#include <fmt/format.h>

#include "config/catalogue.h"
#include "config/settings.h"

namespace sas {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int fail(config::Program program, const std::string& message, int code) {
  fmt::print(stderr, "{}: {}\n", program == config::Program::attendd ? "attendd" : "attend", message);
  return code;
}

int list(config::Settings settings, config::Program program) {
  fmt::print("{:<28} {:<12} {}\n", "SETTING", "FROM", "VALUE");
  for (const auto& one : config::effective_settings(settings, program))
    fmt::print("{:<28} {:<12} {}\n", one.name, one.source, one.value);
  if (const auto checked = settings.check(); !checked) return fail(program, checked.error().message, kFailed);
  return kDone;
}

int get(config::Settings settings, config::Program program, const std::string& name) {
  const config::Declaration* declared = config::find_declaration(name);
  if (declared == nullptr) return fail(program, "there is no setting " + name, kUsage);
  if (declared->secret) return fail(program, name + " is a secret, which is not printed", kFailed);
  static_cast<void>(settings.value(*declared));
  if (const auto checked = settings.check(); !checked) return fail(program, checked.error().message, kFailed);
  const auto written = settings.written(*declared);
  if (written.source == config::Settings::Source::unset)
    return fail(program, fmt::format("{} is not set: {}", name, declared->when_unset), kFailed);
  fmt::print("{}\n", written.text);
  return kDone;
}

}  // namespace

void add_settings_command(CLI::App& root, config::Program program, const std::string& dotenv,
                          int& exit_code) {
  root.footer(root.get_footer() + "\n" + config::settings_help(program));
  auto* command = root.add_subcommand("settings", "Show the settings and where their values come from");
  command->require_subcommand(0, 1);
  command->fallthrough();
  auto* get_command = command->add_subcommand("get", "Print the value of one setting");
  const auto name = std::make_shared<std::string>();
  get_command->add_option("name", *name, "Which setting, for example PORT")->required();
  auto* example_command = command->add_subcommand("example", "Print the text of .env.example");
  command->callback([=, &dotenv, &exit_code] {
    if (example_command->parsed()) {
      fmt::print("{}", config::env_example());
      exit_code = kDone;
    } else if (get_command->parsed()) {
      exit_code = get(config::Settings::load(dotenv), program, *name);
    } else {
      exit_code = list(config::Settings::load(dotenv), program);
    }
  });
}

}  // namespace sas
