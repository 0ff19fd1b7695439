// attendd: the server. Parse, wire, run; nothing else.

#include <csignal>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include "application.h"
#include "attendance/site.h"
#include "base/logging.h"
#include "config/server_config.h"
#include "config/settings.h"
#include "settings/settings_command.h"

namespace {

constexpr int kFailure = 1;
constexpr int kUsage = 2;
constexpr auto kGrace = std::chrono::seconds(10);

int fail(const sas::Error& error, int code) {
  std::cerr << "attendd: " << error.message << '\n';
  return code;
}

int serve(const sas::config::ServerConfig& config) {
  auto application = sas::Application::create(config);
  if (!application) {
    spdlog::error("{}", application.error().message);
    return kFailure;
  }
  // Installed before the server starts, so that no signal is missed.
  boost::asio::io_context signals;
  boost::asio::signal_set stop(signals, SIGINT, SIGTERM);
  stop.async_wait([](const boost::system::error_code& error, int number) {
    if (!error) spdlog::info("stopping on {}", number == SIGINT ? "SIGINT" : "SIGTERM");
  });

  if (const auto started = (*application)->start(); !started) {
    spdlog::error("{}", started.error().message);
    return kFailure;
  }
  spdlog::info("listening on {} (API page: {}/docs)", (*application)->url(), (*application)->url());
  signals.run();
  (*application)->stop(kGrace);
  application->reset();
  spdlog::info("stopped");
  return 0;
}

// A reader of our output that went away, or a full file, must not end the server: the failed write is reported instead.
void outlive_broken_outputs() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

// What a thread that cannot be started throws, and memory that runs out while the parts are made.
int serve_and_report(const sas::config::ServerConfig& config) {
  try {
    return serve(config);
  } catch (const std::system_error& problem) {
    spdlog::error(
        "cannot start: {}; if it is threads, raise the limit of this user or service (ulimit -u, TasksMax) "
        "or "
        "lower THREADS",
        problem.what());
  } catch (const std::exception& problem) {
    spdlog::error("cannot start: {}", problem.what());
  }
  return kFailure;
}

}  // namespace

int main(int argc, char** argv) {
  outlive_broken_outputs();
  CLI::App cli(
      "attendd: the server of Smart Attendance System. It is configured by the environment and a .env file.");
  cli.set_version_flag("--version", "attendd " SAS_VERSION);
  std::string dotenv = ".env";
  cli.add_option("--env-file", dotenv, "read this file instead of ./.env")->check(CLI::ExistingFile);
  bool check_only = false;
  cli.add_flag("--check", check_only, "check the configuration and end");
  int settings_exit = 0;
  sas::add_settings_command(cli, sas::config::Program::attendd, dotenv, settings_exit);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = cli.exit(problem);
    return code == 0 ? 0 : kUsage;
  }
  if (cli.got_subcommand("settings")) return settings_exit;

  auto settings = sas::config::Settings::load(dotenv);
  const auto config = sas::config::read_server_config(settings);
  // The names of zones are the system's, which the configuration does not know.
  if (const auto site = sas::attendance::Site::of(config.site_time_zone, config.day_starts_at); !site)
    settings.problem(site.error().message);
  if (const auto checked = settings.check(); !checked) return fail(checked.error(), kUsage);
  if (check_only) {
    std::cout << "the configuration is valid\n";
    return 0;
  }
  if (const auto logging = sas::setup_logging(config.logging); !logging)
    return fail(logging.error(), kFailure);
  spdlog::info("attendd {} starts", SAS_VERSION);
  for (const std::string& name : settings.unknown_names())
    spdlog::warn("{} sets {}, which no program reads; is it misspelt?", dotenv, name);
  return serve_and_report(config);
}
